/** Sources of small modules of the standard library: our own, with the interface of CPython's. */

export const LOGGING = String.raw`import sys
import time

CRITICAL = FATAL = 50
ERROR = 40
WARNING = WARN = 30
INFO = 20
DEBUG = 10
NOTSET = 0
_names = {50: 'CRITICAL', 40: 'ERROR', 30: 'WARNING', 20: 'INFO', 10: 'DEBUG'}

class Formatter:
    def __init__(self, fmt=None, datefmt=None):
        self.fmt = fmt or '%(message)s'
        self.datefmt = datefmt
    def format(self, record):
        when = time.strftime(self.datefmt or '%Y-%m-%d %H:%M:%S')
        if not self.datefmt:
            when += ',%03d' % int(time.time() * 1000 % 1000)
        return self.fmt % {'asctime': when, 'levelname': record.levelname, 'name': record.name, 'message': record.message, 'levelno': record.levelno, 'module': record.module, 'lineno': 0, 'process': 1, 'funcName': '', 'threadName': 'MainThread'}

class _Record:
    pass

class StreamHandler:
    def __init__(self, stream=None):
        self.stream = stream or sys.stderr
        self.formatter = Formatter()
        self.level = 0
    def setFormatter(self, formatter):
        self.formatter = formatter
    def setLevel(self, level):
        self.level = level
    def handle(self, record):
        if record.levelno >= self.level:
            self.stream.write(self.formatter.format(record) + '\n')

class FileHandler(StreamHandler):
    def __init__(self, name, mode='a'):
        StreamHandler.__init__(self, open(name, mode))
    def handle(self, record):
        StreamHandler.handle(self, record)
        self.stream.flush()

class Logger:
    def __init__(self, name):
        self.name = name
        self.level = 0
        self.handlers = []
        self.propagate = True
        self.disabled = False
    def setLevel(self, level):
        if isinstance(level, str):
            level = [n for n, text in _names.items() if text == level][0]
        self.level = level
    def getEffectiveLevel(self):
        return self.level or root.level
    def isEnabledFor(self, level):
        return level >= self.getEffectiveLevel()
    def addHandler(self, handler):
        self.handlers.append(handler)
    def log(self, level, message, *args, exc_info=False):
        if self.disabled or level < self.getEffectiveLevel():
            return
        record = _Record()
        record.levelno = level
        record.levelname = _names.get(level, 'Level %d' % level)
        record.name = self.name
        record.module = self.name
        record.message = str(message) % args if args else str(message)
        if exc_info:
            import traceback
            record.message += '\n' + traceback.format_exc().rstrip('\n')
        handlers = self.handlers + (root.handlers if self is not root else [])
        if not handlers:
            if self.name != 'root' and self.name in _flask:
                sys.stderr.write('[%s] %s in %s: %s\n' % (time.strftime('%Y-%m-%d %H:%M:%S') + ',%03d' % int(time.time() * 1000 % 1000), record.levelname, self.name, record.message))
            elif level >= WARNING:
                sys.stderr.write(record.message + '\n')
        for handler in handlers:
            handler.handle(record)
    def debug(self, message, *args, **kw):
        self.log(DEBUG, message, *args, **kw)
    def info(self, message, *args, **kw):
        self.log(INFO, message, *args, **kw)
    def warning(self, message, *args, **kw):
        self.log(WARNING, message, *args, **kw)
    warn = warning
    def error(self, message, *args, **kw):
        self.log(ERROR, message, *args, **kw)
    def critical(self, message, *args, **kw):
        self.log(CRITICAL, message, *args, **kw)
    def exception(self, message, *args, **kw):
        self.log(ERROR, message, *args, exc_info=True)

_flask = []
root = Logger('root')
root.level = WARNING
_loggers = {}

def getLogger(name=None):
    if not name or name == 'root':
        return root
    if name not in _loggers:
        _loggers[name] = Logger(name)
    return _loggers[name]

def basicConfig(level=None, format=None, datefmt=None, stream=None, filename=None,
                handlers=None, force=False):
    if root.handlers and not force:
        return
    root.handlers = list(handlers or [FileHandler(filename) if filename else StreamHandler(stream)])
    for handler in root.handlers:
        handler.setFormatter(Formatter(format or '%(levelname)s:%(name)s:%(message)s', datefmt))
    if level is not None:
        root.setLevel(level)

def _ready():
    if not root.handlers:
        basicConfig()

def debug(message, *args, **kw):
    _ready()
    root.debug(message, *args, **kw)
def info(message, *args, **kw):
    _ready()
    root.info(message, *args, **kw)
def warning(message, *args, **kw):
    _ready()
    root.warning(message, *args, **kw)
def error(message, *args, **kw):
    _ready()
    root.error(message, *args, **kw)
def critical(message, *args, **kw):
    _ready()
    root.critical(message, *args, **kw)
def exception(message, *args, **kw):
    _ready()
    root.exception(message, *args)
`;

export const URL_PARSE = String.raw`def unquote(text, encoding='utf-8', errors='replace'):
    if '%' not in text:
        return text
    out = b''
    i = 0
    data = text.encode()
    while i < len(data):
        if data[i:i + 1] == b'%' and i + 2 < len(data) + 0 and i + 3 <= len(data):
            try:
                out += bytes([int(data[i + 1:i + 3].decode(), 16)])
                i += 3
                continue
            except ValueError:
                pass
        out += data[i:i + 1]
        i += 1
    return out.decode()

def unquote_plus(text):
    return unquote(text.replace('+', ' '))

def quote(text, safe='/'):
    out = ''
    for byte in str(text).encode():
        c = chr(byte)
        if byte < 128 and (c.isalnum() or c in '_.-~' or c in safe):
            out += c
        else:
            out += '%%%02X' % byte
    return out

def quote_plus(text, safe=''):
    return quote(text, safe + ' ').replace(' ', '+')

def parse_qsl(query, keep_blank_values=False):
    pairs = []
    for part in query.split('&'):
        if part:
            name, _, value = part.partition('=')
            pairs.append((unquote_plus(name), unquote_plus(value)))
    return pairs

def parse_qs(query):
    found = {}
    for name, value in parse_qsl(query):
        found.setdefault(name, []).append(value)
    return found

def urlencode(values):
    pairs = values.items() if isinstance(values, dict) else values
    return '&'.join(['%s=%s' % (quote_plus(str(k)), quote_plus(str(v))) for k, v in pairs])

class ParseResult:
    def __init__(self, scheme, netloc, path, query, fragment):
        self.scheme, self.netloc, self.path = scheme, netloc, path
        self.query, self.fragment = query, fragment
        host = netloc.rpartition('@')[2]
        self.hostname, _, port = host.partition(':')
        self.port = int(port) if port else None

def urlparse(url):
    rest, _, fragment = url.partition('#')
    rest, _, query = rest.partition('?')
    scheme, mark, tail = rest.partition('://')
    if not mark:
        return ParseResult('', '', rest, query, fragment)
    netloc, slash, path = tail.partition('/')
    return ParseResult(scheme, netloc, slash + path, query, fragment)

urlsplit = urlparse

def urljoin(base, url):
    if '://' in url:
        return url
    parts = urlparse(base)
    root = parts.scheme + '://' + parts.netloc
    if url.startswith('/'):
        return root + url
    return root + parts.path.rpartition('/')[0] + '/' + url
`;

export const COLLECTIONS = String.raw`class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kw):
        self.update(*args, **kw)
        self.default_factory = default_factory
    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self[key] = value
        return value
    def __repr__(self):
        return 'defaultdict(%r, %r)' % (self.default_factory, dict(self))

class OrderedDict(dict):
    def __repr__(self):
        return 'OrderedDict(%r)' % (list(self.items()),)
    def move_to_end(self, key, last=True):
        value = self.pop(key)
        self[key] = value

class Counter(dict):
    def __init__(self, items=(), **kw):
        self.update(items)
    def update(self, items=()):
        if isinstance(items, dict):
            for key, count in items.items():
                self[key] = self[key] + count
        else:
            for key in items:
                self[key] = self[key] + 1
    def __missing__(self, key):
        return 0
    def most_common(self, n=None):
        found = sorted(self.items(), key=lambda pair: pair[1], reverse=True)
        return found if n is None else found[:n]
    def elements(self):
        for key, count in self.items():
            for i in range(count):
                yield key
    def total(self):
        return sum(self.values())
    def __repr__(self):
        return 'Counter({%s})' % ', '.join(['%r: %r' % pair for pair in self.most_common()])

class deque:
    def __init__(self, items=(), maxlen=None):
        self._items = list(items)
        self.maxlen = maxlen
        self._trim(True)
    def _trim(self, left):
        while self.maxlen is not None and len(self._items) > self.maxlen:
            self._items.pop(0 if left else -1)
    def append(self, item):
        self._items.append(item)
        self._trim(True)
    def appendleft(self, item):
        self._items.insert(0, item)
        self._trim(False)
    def pop(self):
        if not self._items:
            raise IndexError('pop from an empty deque')
        return self._items.pop()
    def popleft(self):
        if not self._items:
            raise IndexError('pop from an empty deque')
        return self._items.pop(0)
    def extend(self, items):
        for item in items:
            self.append(item)
    def clear(self):
        self._items.clear()
    def rotate(self, n=1):
        for i in range(n):
            self._items.insert(0, self._items.pop())
    def __len__(self):
        return len(self._items)
    def __iter__(self):
        return iter(self._items)
    def __getitem__(self, i):
        return self._items[i]
    def __repr__(self):
        if self.maxlen is None:
            return 'deque(%r)' % self._items
        return 'deque(%r, maxlen=%d)' % (self._items, self.maxlen)

def namedtuple(typename, field_names):
    fields = field_names.replace(',', ' ').split() if isinstance(field_names, str) else list(field_names)
    class _Named(tuple):
        def __new__(cls, *args, **kw):
            return None
    return _make_named(typename, fields)

class _NamedBase:
    _fields = ()
    def __init__(self, *args, **kw):
        if len(args) > len(self._fields):
            raise TypeError('%s.__new__() takes %d positional arguments but %d were given' % (type(self).__name__, len(self._fields) + 1, len(args) + 1))
        for name, value in zip(self._fields, args):
            setattr(self, name, value)
        for name, value in kw.items():
            setattr(self, name, value)
        for name in self._fields:
            if not hasattr(self, name):
                raise TypeError("%s.__new__() missing 1 required positional argument: '%s'" % (type(self).__name__, name))
    def _values(self):
        return [getattr(self, name) for name in self._fields]
    def __iter__(self):
        return iter(self._values())
    def __len__(self):
        return len(self._fields)
    def __getitem__(self, i):
        return self._values()[i]
    def __eq__(self, other):
        return list(self) == list(other)
    def __repr__(self):
        return '%s(%s)' % (type(self).__name__, ', '.join(['%s=%r' % (n, getattr(self, n)) for n in self._fields]))
    def _asdict(self):
        return dict(zip(self._fields, self._values()))
    def _replace(self, **kw):
        values = self._asdict()
        values.update(kw)
        return type(self)(**values)

def _make_named(typename, fields):
    return type(typename, (_NamedBase,), {'_fields': tuple(fields), '__module__': '__main__'})
`.replace(/ {4}class _Named[^]*?return None\n/, '');

export const FUNCTOOLS = String.raw`def wraps(wrapped, *args):
    def decorator(f):
        f.__name__ = wrapped.__name__
        f.__doc__ = wrapped.__doc__
        f.__wrapped__ = wrapped
        return f
    return decorator

def reduce(function, items, *initial):
    it = iter(items)
    value = initial[0] if initial else next(it)
    for item in it:
        value = function(value, item)
    return value

def partial(function, *args, **kw):
    def call(*more, **named):
        all_named = dict(kw)
        all_named.update(named)
        return function(*args, *more, **all_named)
    return call

def lru_cache(maxsize=128, typed=False):
    def decorator(f):
        cache = {}
        def call(*args):
            if args not in cache:
                cache[args] = f(*args)
            return cache[args]
        call.__name__ = f.__name__
        call.cache_clear = lambda: cache.clear()
        return call
    if callable(maxsize):
        return decorator(maxsize)
    return decorator

cache = lru_cache

def cmp_to_key(compare):
    class Key:
        def __init__(self, value):
            self.value = value
        def __lt__(self, other):
            return compare(self.value, other.value) < 0
    return Key
`;

export const ITERTOOLS = String.raw`def count(start=0, step=1):
    while True:
        yield start
        start += step

def cycle(items):
    items = list(items)
    while items:
        for item in items:
            yield item

def repeat(item, times=None):
    while times is None or times > 0:
        yield item
        if times is not None:
            times -= 1

def chain(*sources):
    for source in sources:
        for item in source:
            yield item

def islice(items, *bounds):
    start, stop, step = 0, None, 1
    if len(bounds) == 1:
        stop = bounds[0]
    else:
        start, stop = bounds[0] or 0, bounds[1]
        step = bounds[2] if len(bounds) > 2 else 1
    for i, item in enumerate(items):
        if stop is not None and i >= stop:
            return
        if i >= start and (i - start) % step == 0:
            yield item

def takewhile(test, items):
    for item in items:
        if not test(item):
            return
        yield item

def dropwhile(test, items):
    dropping = True
    for item in items:
        if dropping and test(item):
            continue
        dropping = False
        yield item

def accumulate(items, function=None):
    total = None
    for i, item in enumerate(items):
        total = item if i == 0 else (function(total, item) if function else total + item)
        yield total

def product(*pools, repeat=1):
    result = [()]
    for pool in [list(p) for p in pools] * repeat:
        result = [x + (y,) for x in result for y in pool]
    return iter(result)

def permutations(items, r=None):
    pool = list(items)
    r = len(pool) if r is None else r
    def go(left, chosen):
        if len(chosen) == r:
            yield tuple(chosen)
            return
        for i in range(len(left)):
            yield from go(left[:i] + left[i + 1:], chosen + [left[i]])
    return go(pool, [])

def combinations(items, r):
    pool = list(items)
    def go(start, chosen):
        if len(chosen) == r:
            yield tuple(chosen)
            return
        for i in range(start, len(pool)):
            yield from go(i + 1, chosen + [pool[i]])
    return go(0, [])

def groupby(items, key=None):
    group, last, started = [], None, False
    for item in items:
        k = key(item) if key else item
        if started and k != last:
            yield last, iter(group)
            group = []
        group.append(item)
        last, started = k, True
    if started:
        yield last, iter(group)

def zip_longest(*sources, fillvalue=None):
    lists = [list(s) for s in sources]
    for i in range(max([len(l) for l in lists] or [0])):
        yield tuple([l[i] if i < len(l) else fillvalue for l in lists])
`;

export const STRING = String.raw`ascii_lowercase = 'abcdefghijklmnopqrstuvwxyz'
ascii_uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
ascii_letters = ascii_lowercase + ascii_uppercase
digits = '0123456789'
hexdigits = '0123456789abcdefABCDEF'
octdigits = '01234567'
punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_{|}~' + chr(96)
whitespace = ' \t\n\r\x0b\x0c'
printable = digits + ascii_letters + punctuation + whitespace

class Template:
    def __init__(self, template):
        self.template = template
    def substitute(self, *args, **kw):
        import re
        values = dict(*args)
        values.update(kw)
        return re.sub(r'\$\{?(\w+)\}?', lambda m: str(values[m.group(1)]), self.template)

def capwords(text, sep=None):
    return (sep or ' ').join([w.capitalize() for w in text.split(sep)])
`;
