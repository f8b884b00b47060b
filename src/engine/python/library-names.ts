/** Modules of CPython 3.10's library that are not simulated, so that an import of one says so. */
export const LIBRARY_PATH = '/usr/local/lib/python3.10';

export const UNKNOWN_MODULES: ReadonlySet<string> = new Set(
  (
    'abc aifc antigravity argparse array ast asynchat asyncio asyncore audioop bdb binascii binhex bisect bz2 ' +
    'calendar cgi cgitb chunk cmath cmd code codecs codeop colorsys compileall concurrent configparser ' +
    'contextvars copyreg crypt csv ctypes curses dbm decimal difflib dis distutils doctest email ' +
    'encodings ensurepip enum faulthandler fcntl filecmp fileinput fnmatch fractions ftplib gc genericpath getopt ' +
    'getpass gettext glob graphlib grp gzip heapq hmac html imaplib imghdr imp importlib inspect ' +
    'ipaddress keyword linecache locale lzma mailbox mailcap marshal mimetypes mmap modulefinder ' +
    'multiprocessing netrc nis nntplib ntpath numbers opcode operator optparse ossaudiodev pathlib pdb pickle ' +
    'pickletools pipes pkgutil plistlib poplib posixpath pprint profile pstats pty pwd py_compile pyclbr ' +
    'pydoc queue quopri readline reprlib resource rlcompleter runpy sched secrets select selectors shelve ' +
    'shlex shutil site smtpd smtplib sndhdr spwd sqlite3 ssl stat statistics stringprep struct ' +
    'sunau symtable sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this ' +
    'timeit tkinter token tokenize trace tracemalloc tty turtle types unicodedata unittest uu venv ' +
    'warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib ' +
    'zoneinfo dataclasses threading cProfile idlelib lib2to3 msilib msvcrt nt nturl2path pydoc_data pyexpat ' +
    'sre_compile sre_constants sre_parse turtledemo'
  ).split(' '),
);
