"""A kernel client that doesn't wait longer than it must until the kernel is ready.

jupyter_client's own waits for 0.2 s of silence at the end, as long as forking a kernel
takes. Slow to import.
"""

from queue import Empty
from time import monotonic

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from traitlets import default

RECONNECT_MILLISECONDS = 5  # zmq's own 100 are half of a kernel's start
ANSWER_SECONDS = 1.0
NEWS_SECONDS = 0.01  # after the answer, what the kernel publishes about it is there


class PromptClient(AsyncKernelClient):
    """Ready as soon as it has heard the kernel on both channels."""

    @default("context")
    def _prompt_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel's answer and for all that it has published about it.

        Raises RuntimeError when the kernel dies, or after `timeout` seconds.
        """
        limit = monotonic() + (timeout or float("inf"))
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
            if monotonic() > limit:
                raise RuntimeError(f"no answer from the kernel in {timeout} s")

    async def _answers(self) -> bool:
        """Ask once; tell whether both channels have brought what they should.

        What is published before the subscription has arrived is lost: then ask again.
        """
        asked = self.kernel_info()
        try:
            while True:
                reply = await self.get_shell_msg(timeout=ANSWER_SECONDS)
                if reply["parent_header"].get("msg_id") == asked:
                    break
            while True:
                news = await self.get_iopub_msg(timeout=NEWS_SECONDS)
                about = news["parent_header"].get("msg_id") == asked
                if about and news["content"].get("execution_state") == "idle":
                    return True
        except Empty:
            return False
