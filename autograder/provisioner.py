"""Let anything that starts Jupyter kernels fork them from a zygote.

Registered as `cnnlab-zygote` in the entry points jupyter_client.kernel_provisioners;
the kernel `cnnlab-zygote` in kernels/ uses it. The engine finds that kernel there; for
others, such as `jupyter execute --kernel_name=cnnlab-zygote`, it is installed by
`jupyter kernelspec install --sys-prefix`, or with the wheel. Where there is no zygote a
kernel starts cold, as any other: slower, else the same.
"""

import asyncio
import shutil
import signal
import tempfile
import warnings
from pathlib import Path
from time import monotonic
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from autograder.forking import (
    START_SECONDS,
    VARIABLE,
    ForkedKernel,
    NoZygote,
    find_zygote,
    short_folder,
)
from autograder.sandbox import NAMESPACES, tier

KERNEL = "cnnlab-zygote"
LAUNCHER = "ipykernel_launcher"
KILL_SECONDS = 0.5


class ZygoteProvisioner(LocalProvisioner):
    """Forks the kernel; as LocalProvisioner where that can't be done."""

    kernel: ForkedKernel | None = None
    folder: str | None = None
    status: int | None = None  # of a forked kernel that has ended
    _lost = False
    warned = False  # of the class: one warning a process is enough

    @property
    def has_process(self) -> bool:
        return self.kernel is not None or super().has_process

    @property
    def lost(self) -> bool:
        """Whether the kernel died with its zygote, not by its own doing."""
        return self.kernel.lost if self.kernel else self._lost

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Use sockets that are files: a port may be taken before the kernel has it."""
        manager = self.parent
        if manager.transport == "tcp":
            self.folder = tempfile.mkdtemp(prefix="kernel-", dir=short_folder())
            manager.transport = "ipc"
            manager.cache_ports = False
            manager.ip = str(Path(self.folder) / "socket")
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        try:
            await self._fork(cmd, **kwargs)
        except NoZygote as error:
            if not ZygoteProvisioner.warned:
                ZygoteProvisioner.warned = True
                warnings.warn(f"kernels start cold: {error}", stacklevel=2)
            return await super().launch_kernel(cmd, **kwargs)
        return self.connection_info

    async def _fork(self, cmd: list[str], **kwargs: Any) -> None:
        box = getattr(self.parent, "sandbox", None)
        if box and tier() != NAMESPACES:
            raise NoZygote("what confines students' code here can't confine a fork")
        zygote = find_zygote()
        limit = monotonic() + START_SECONDS
        while not zygote.ready():
            if monotonic() > limit:
                raise NoZygote(f"nothing to fork kernels from in {START_SECONDS} s")
            await asyncio.sleep(0.02)
        argv = cmd[cmd.index(LAUNCHER) + 1 :]
        cwd = str(kwargs.get("cwd") or Path.cwd())
        # Students' code has no business with the zygote.
        env = {k: v for k, v in kwargs["env"].items() if k != VARIABLE}
        self.kernel = zygote.fork(argv, cwd, env, box)
        self.pid = self.pgid = self.kernel.pid
        self.cwd = cwd

    async def poll(self) -> int | None:
        if self.kernel is None:
            return await super().poll()
        self.status = self.kernel.poll()
        return self.status

    async def wait(self) -> int | None:
        if self.kernel is None:
            return await super().wait()
        while self.kernel.poll() is None:
            await asyncio.sleep(0.005)
        status, self._lost = self.kernel.status, self.kernel.lost
        self.kernel.close()
        self.kernel = None
        return status

    async def send_signal(self, signum: int) -> None:
        if self.kernel is None:
            await super().send_signal(signum)
        elif signum != 0:
            self.kernel.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        if self.kernel is None:
            await super().kill(restart)
        else:
            self.kernel.send_signal(signal.SIGKILL)
            # Gone in a moment, and jupyter_client looks ten times a second only.
            limit = monotonic() + KILL_SECONDS
            while self.kernel.poll() is None and monotonic() < limit:
                await asyncio.sleep(0.002)

    async def terminate(self, restart: bool = False) -> None:
        if self.kernel is None:
            await super().terminate(restart)
        else:
            self.kernel.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None
        if self.folder and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
        await super().cleanup(restart)
