"""Starts a thread when imported: a zygote that imports it must not fork."""

import threading
import time

threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
