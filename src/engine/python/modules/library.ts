/** Modules of the standard library that are written in Python. */
import { SOURCE_MODULES } from '../importing';
import { COLLECTIONS, FUNCTOOLS, ITERTOOLS, LOGGING, STRING, URL_PARSE } from './library-sources';
import { DATETIME } from './date-sources';
import { HTTP_SERVER, SOCKETSERVER, SUBPROCESS, URL_ERROR, URL_REQUEST } from './service-sources';

const UUID = `import os
class UUID:
    def __init__(self, hex):
        self.hex = hex.replace('-', '')
    def __str__(self):
        h = self.hex
        return '-'.join([h[:8], h[8:12], h[12:16], h[16:20], h[20:]])
    def __repr__(self):
        return "UUID('%s')" % self
def uuid4():
    b = list(os.urandom(16))
    b[6] = b[6] & 15 | 64
    b[8] = b[8] & 63 | 128
    return UUID(bytes(b).hex())
`;
const HASHLIB = `import _digest
_sizes = {'md5': 16, 'sha1': 20, 'sha256': 32, 'sha512': 64}
class _Hash:
    def __init__(self, name, data=b''):
        self.name = name
        self.digest_size = _sizes[name]
        self._data = data
    def update(self, data):
        self._data += data
    def hexdigest(self):
        return _digest.hex(self.name, self._data)
    def digest(self):
        return bytes.fromhex(self.hexdigest())
def new(name, data=b'', **kw):
    if name not in _sizes:
        raise ValueError('unsupported hash type ' + name)
    return _Hash(name, data)
def md5(data=b'', **kw):
    return _Hash('md5', data)
def sha1(data=b'', **kw):
    return _Hash('sha1', data)
def sha256(data=b'', **kw):
    return _Hash('sha256', data)
def sha512(data=b'', **kw):
    return _Hash('sha512', data)
`;
const BASE64 = `_C = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
def b64encode(data):
    out = ''
    for i in range(0, len(data), 3):
        part = list(data[i:i + 3])
        n = 0
        for byte in part + [0] * (3 - len(part)):
            n = n * 256 + byte
        text = ''.join([_C[n >> s & 63] for s in (18, 12, 6, 0)])
        out += text[:len(part) + 1] + '=' * (3 - len(part))
    return out.encode()
def b64decode(data):
    text = (data.decode() if isinstance(data, bytes) else data).rstrip('=')
    out = []
    n = bits = 0
    for c in text:
        n = n * 64 + _C.index(c)
        bits += 6
        if bits >= 8:
            bits -= 8
            out.append(n >> bits & 255)
            n &= (1 << bits) - 1
    return bytes(out)
`;
const TYPING = `class _Any:
    def __getitem__(self, item):
        return self
    def __or__(self, other):
        return self
    def __call__(self, *args, **kw):
        return self
Any = Union = Optional = List = Dict = Tuple = Set = Callable = Iterable = Iterator = _Any()
Generator = Type = Sequence = Mapping = Literal = Any
def TypeVar(name, *args, **kw):
    return _Any()
def cast(kind, value):
    return value
class NamedTuple:
    pass
class Protocol:
    pass
class Generic:
    pass
TYPE_CHECKING = False
`;
const PLATFORM = `import os
import sys
def node():
    return os.uname()[1]
def system():
    return 'Linux'
def release():
    return os.uname()[2]
def machine():
    return os.uname()[4]
def python_version():
    return sys.version.split()[0]
def platform():
    return 'Linux-%s-%s-with' % (release(), machine())
`;
const COPY = `def copy(value):
    if isinstance(value, (list, dict, set)):
        return value.copy()
    return value
def deepcopy(value, memo=None):
    if isinstance(value, list):
        return [deepcopy(v) for v in value]
    if isinstance(value, dict):
        return {k: deepcopy(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple([deepcopy(v) for v in value])
    return value
`;
const ATEXIT = `def register(f, *args, **kw):
    return f
`;
const CONTEXTLIB = `class _Manager:
    def __init__(self, generator):
        self._generator = generator
    def __enter__(self):
        return next(self._generator)
    def __exit__(self, kind, value, trace):
        if kind is None:
            try:
                next(self._generator)
            except StopIteration:
                return False
            raise RuntimeError("generator didn't stop")
        try:
            self._generator.throw(value)
        except StopIteration:
            return True
        raise RuntimeError("generator didn't stop after throw()")
def contextmanager(f):
    def make(*args, **kw):
        return _Manager(f(*args, **kw))
    make.__name__ = f.__name__
    return make
class suppress:
    def __init__(self, *kinds):
        self.kinds = kinds
    def __enter__(self):
        return None
    def __exit__(self, kind, value, trace):
        return kind is not None and issubclass(kind, self.kinds)
class closing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, *args):
        self.thing.close()
`;
const IO = `class StringIO:
    def __init__(self, text=''):
        self._text = text
        self._at = 0
    def write(self, text):
        self._text += text
        return len(text)
    def getvalue(self):
        return self._text
    def read(self, count=-1):
        end = len(self._text) if count < 0 else self._at + count
        part = self._text[self._at:end]
        self._at += len(part)
        return part
    def readline(self):
        at = self._text.find(chr(10), self._at)
        return self.read(-1 if at < 0 else at + 1 - self._at)
    def __iter__(self):
        return iter(self._text[self._at:].splitlines(True))
    def flush(self):
        pass
    def close(self):
        pass
    def __enter__(self):
        return self
    def __exit__(self, *args):
        pass
class BytesIO(StringIO):
    def __init__(self, data=b''):
        self._text = data
        self._at = 0
`;
const ERRNO = `EPERM = 1
ENOENT = 2
EINTR = 4
EACCES = 13
EEXIST = 17
ENOTDIR = 20
EISDIR = 21
EPIPE = 32
EADDRINUSE = 98
ECONNRESET = 104
ETIMEDOUT = 110
ECONNREFUSED = 111
`;
const THIS_FUTURE = 'annotations = division = print_function = None\n';

const SOURCES: Readonly<Record<string, string>> = {
  __future__: THIS_FUTURE,
  atexit: ATEXIT,
  base64: BASE64,
  collections: COLLECTIONS,
  contextlib: CONTEXTLIB,
  copy: COPY,
  datetime: DATETIME,
  errno: ERRNO,
  functools: FUNCTOOLS,
  hashlib: HASHLIB,
  http: '',
  'http.server': HTTP_SERVER,
  io: IO,
  itertools: ITERTOOLS,
  logging: LOGGING,
  platform: PLATFORM,
  socketserver: SOCKETSERVER,
  string: STRING,
  subprocess: SUBPROCESS,
  typing: TYPING,
  urllib: '',
  'urllib.error': URL_ERROR,
  'urllib.parse': URL_PARSE,
  'urllib.request': URL_REQUEST,
  uuid: UUID,
};
for (const [name, text] of Object.entries(SOURCES)) SOURCE_MODULES.set(name, text);
