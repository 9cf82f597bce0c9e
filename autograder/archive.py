"""Read what a learning platform hands out: a zip archive, or a folder of files.

What comes from students is not trusted: nothing is extracted by the names in the
archive, links and paths that lead out are told apart, and no file is unpacked further
than a limit. A file that is damaged costs its student's submission, not the others'.
"""

import io
import os
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.course import UsageError

FILE_BYTES = 100 << 20  # of one file, unpacked: notebooks full of pictures have 50 MB
MEMBERS = 100_000  # entries of an archive
PIECE = 64 << 10  # that is unpacked at a time
NAME_BYTES = 200  # of a folder's or file's name; file systems allow 255
ENCRYPTED, UTF8_NAMES = 0x1, 0x800  # flags of an entry
UNICODE_PATH = 0x7075  # Info-ZIP's extra field with a name in UTF-8
# What file managers and editors leave behind.
LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")


class Damaged(Exception):
    """A file that can't be read whole; the message says why, `got` is what could be."""

    def __init__(self, why: str, got: bytes = b""):
        super().__init__(why)
        self.got = got


@dataclass(frozen=True)
class Member:
    """A file of an archive: its path there, when it was written, and how to read it.

    `refused` says why it must not be read at all, such as a link. `read` raises
    Damaged.
    """

    path: PurePosixPath
    written: str  # "2026-11-20 12:00:00", or "" if unknown
    read: Callable[[], bytes]
    refused: str = ""

    @property
    def name(self) -> str:
        return self.path.name


@contextmanager
def opened(path: Path) -> Iterator[list[Member]]:
    """Give the files of a zip archive or a folder, in its order, to be read meanwhile.

    Raises UsageError for what is neither, or can't be read at all.
    """
    if path.is_dir():
        yield [member for member in _of_folder(path) if not is_litter(member.path)]
    elif path.is_file():
        with opened_zip(path, str(path)) as found:
            yield found
    else:
        raise UsageError(f"there is no {path}.")


@contextmanager
def opened_zip(
    source: Path | io.BytesIO, title: str, mend: str = "download it again"
) -> Iterator[list[Member]]:
    """Give the files of a zip archive. Raises UsageError, which says how to `mend`."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UsageError(
            f"{title} can't be read as a zip archive ({error}). It may be cut off: "
            f"{mend}."
        ) from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MEMBERS:
            raise UsageError(
                f"{title} has {len(entries):,} entries, more than the {MEMBERS:,} that "
                "any class hands in."
            )
        files = [entry for entry in entries if not entry.is_dir()]
        found = [_of_entry(archive, entry) for entry in files]
        yield [member for member in found if not is_litter(member.path)]


def is_litter(path: PurePosixPath) -> bool:
    """Tell whether a file manager left it, not a student."""
    return path.name.startswith("._") or any(part in LITTER for part in path.parts)


def _of_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    path, refused = _safe(_name(entry))
    if stat.S_ISLNK(entry.external_attr >> 16):
        refused = "it is a link"
    written = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*entry.date_time)

    def read() -> bytes:
        return _unpacked(archive, entry)

    return Member(path, written, read, refused)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry, in the alphabet that it was meant in.

    Without the flag for UTF-8, Python reads code page 437, as the format says; many
    programs wrote UTF-8 all the same.
    """
    name = entry.filename
    if not entry.flag_bits & UTF8_NAMES:
        with suppress(UnicodeError):  # else it was of one byte for each character
            name = _unicode_path(entry.extra) or name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _unicode_path(extra: bytes) -> str:
    """The name in Info-ZIP's extra field, "" where there is none."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8")
        extra = extra[4 + size :]
    return ""


def _safe(name: str) -> tuple[PurePosixPath, str]:
    """Return a path without what leads out of a folder, and whether it had any."""
    parts = name.replace("\\", "/").split("/")
    kept = [clean(part) for part in parts if part not in ("", ".", "..")]
    leads_out = ".." in parts or name[:1] in ("/", "\\") or name[1:2] == ":"
    path = PurePosixPath(*kept) if kept else PurePosixPath("unnamed")
    return path, "its path leads out of the archive" if leads_out else ""


def clean(name: str) -> str:
    """Return the name of a file or folder that any file system takes."""
    name = unicodedata.normalize("NFC", name)
    name = "".join("_" if unicodedata.category(c)[0] == "C" else c for c in name)
    for character in '<>:"/\\|?*':
        name = name.replace(character, "_")
    name = name.strip().rstrip(".")
    stem, dot, suffix = name.rpartition(".")
    if len(name.encode()) > NAME_BYTES:
        stem, suffix = (stem, dot + suffix) if stem and len(suffix) < 12 else (name, "")
        room = NAME_BYTES - len(suffix.encode())
        name = stem.encode()[:room].decode(errors="ignore") + suffix
    return name or "_"


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack one file, to its limit at most: sizes in the archive may be lies."""
    if entry.flag_bits & ENCRYPTED:
        raise Damaged("it is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Damaged("it is compressed in a way that no platform uses")
    got = bytearray()
    try:
        with archive.open(entry) as file:
            while len(got) <= FILE_BYTES and (piece := file.read(PIECE)):
                got += piece
    except Exception as error:  # anything may be wrong with a damaged archive
        raise Damaged(f"it is damaged in the archive ({error})", bytes(got)) from error
    if len(got) > FILE_BYTES:
        raise Damaged(f"unpacked it has more than {FILE_BYTES >> 20} MB")
    return bytes(got)


def _of_folder(folder: Path) -> Iterator[Member]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        for name in sorted(names) + links:
            path = Path(root) / name
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            inside = PurePosixPath(*(clean(part) for part in inside.parts))
            refused = "" if path.is_file() and not path.is_symlink() else "it is a link"
            yield Member(inside, _written(path), _reader(path), refused)


def _reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with path.open("rb") as file:
                content = file.read(FILE_BYTES + 1)
        except OSError as error:
            raise Damaged(f"it can't be read ({error.strerror})") from error
        if len(content) > FILE_BYTES:
            raise Damaged(f"it has more than {FILE_BYTES >> 20} MB")
        return content

    return read


def _written(path: Path) -> str:
    try:
        return f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d %H:%M:%S}"
    except (OSError, ValueError):
        return ""
