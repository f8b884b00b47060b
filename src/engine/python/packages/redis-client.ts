/** redis-py as `pip install redis` leaves it here: our own client of the protocol, over sockets. */
const CLIENT = String.raw`import socket
from .exceptions import ConnectionError, ResponseError, RedisError, TimeoutError

__version__ = '4.3.4'

def _bytes(value):
    if isinstance(value, bytes):
        return value
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value).encode()
    raise DataError("Invalid input of type: '%s'. Convert to a bytes, string, int or float first." % type(value).__name__)

class DataError(RedisError):
    pass

class Redis:
    def __init__(self, host='localhost', port=6379, db=0, password=None, decode_responses=False, socket_timeout=None, socket_connect_timeout=None, **kw):
        self.host = host
        self.port = int(port)
        self.db = db
        self.decode_responses = decode_responses
        self._socket = None
        self._data = b''
    @classmethod
    def from_url(cls, url, **kw):
        rest = url.split('://', 1)[-1].split('/')[0].rpartition('@')[2]
        host, _, port = rest.partition(':')
        return cls(host=host or 'localhost', port=int(port or 6379), **kw)
    def __repr__(self):
        return 'Redis<ConnectionPool<Connection<host=%s,port=%d,db=%d>>>' % (self.host, self.port, self.db)
    def _connect(self):
        if self._socket is not None:
            return
        try:
            self._socket = socket.create_connection((self.host, self.port))
        except OSError as error:
            number, text = (error.args + (None, None))[:2]
            raise ConnectionError('Error %s connecting to %s:%s. %s.' % (number, self.host, self.port, text))
        self._data = b''
        if self.db:
            self._round(['SELECT', self.db])
    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None
    def _line(self):
        while b'\r\n' not in self._data:
            self._more()
        line, _, self._data = self._data.partition(b'\r\n')
        return line.decode()
    def _more(self):
        try:
            part = self._socket.recv(65536)
        except OSError as error:
            self.close()
            raise ConnectionError('Error while reading from socket: %s' % (error.args,))
        if not part:
            self.close()
            raise ConnectionError('Connection closed by server.')
        self._data += part
    def _reply(self):
        line = self._line()
        kind, rest = line[0], line[1:]
        if kind == '+':
            return rest.encode()
        if kind == '-':
            return ResponseError(rest[4:] if rest.startswith('ERR ') else rest)
        if kind == ':':
            return int(rest)
        count = int(rest)
        if count < 0:
            return None
        if kind == '*':
            return [self._reply() for i in range(count)]
        while len(self._data) < count + 2:
            self._more()
        value = self._data[:count]
        self._data = self._data[count + 2:]
        return value
    def _round(self, words):
        parts = [b'*%d\r\n' % len(words)] if False else [('*%d\r\n' % len(words)).encode()]
        for word in words:
            data = _bytes(word)
            parts.append(('$%d\r\n' % len(data)).encode() + data + b'\r\n')
        try:
            self._socket.sendall(b''.join(parts))
        except OSError as error:
            self.close()
            raise ConnectionError('Error %s while writing to socket. %s.' % error.args)
        return self._reply()
    def execute_command(self, *words):
        self._connect()
        reply = self._round([w for word in words for w in word.split(' ')] if len(words) == 1 else words)
        if isinstance(reply, ResponseError):
            raise reply
        return self._decoded(reply)
    def _decoded(self, value):
        if self.decode_responses:
            if isinstance(value, bytes):
                return value.decode()
            if isinstance(value, list):
                return [self._decoded(v) for v in value]
        return value
    def ping(self):
        return self.execute_command('PING', ) in (b'PONG', 'PONG')
    def get(self, name):
        return self.execute_command('GET', name)
    def set(self, name, value, ex=None, px=None, nx=False, xx=False):
        words = ['SET', name, value]
        if ex is not None:
            words += ['EX', ex]
        if px is not None:
            words += ['PX', px]
        if nx:
            words.append('NX')
        if xx:
            words.append('XX')
        return True if self.execute_command(*words) in (b'OK', 'OK') else None
    def incr(self, name, amount=1):
        return self.execute_command('INCR', name) if amount == 1 else self.execute_command('INCRBY', name, amount)
    def incrby(self, name, amount=1):
        return self.execute_command('INCRBY', name, amount)
    def decr(self, name, amount=1):
        return self.execute_command('DECR', name) if amount == 1 else self.execute_command('DECRBY', name, amount)
    def delete(self, *names):
        return self.execute_command('DEL', *names)
    def exists(self, *names):
        return self.execute_command('EXISTS', *names)
    def keys(self, pattern='*'):
        return self.execute_command('KEYS', pattern)
    def expire(self, name, time):
        return bool(self.execute_command('EXPIRE', name, time))
    def ttl(self, name):
        return self.execute_command('TTL', name)
    def append(self, name, value):
        return self.execute_command('APPEND', name, value)
    def mget(self, *names):
        names = names[0] if len(names) == 1 and isinstance(names[0], list) else names
        return self.execute_command('MGET', *names)
    def flushdb(self):
        return self.execute_command('FLUSHDB', ) in (b'OK', 'OK')
    def flushall(self):
        return self.execute_command('FLUSHALL', ) in (b'OK', 'OK')
    def dbsize(self):
        return self.execute_command('DBSIZE', )
    def lpush(self, name, *values):
        return self.execute_command('LPUSH', name, *values)
    def rpush(self, name, *values):
        return self.execute_command('RPUSH', name, *values)
    def lpop(self, name):
        return self.execute_command('LPOP', name)
    def rpop(self, name):
        return self.execute_command('RPOP', name)
    def lrange(self, name, start, end):
        return self.execute_command('LRANGE', name, start, end)
    def llen(self, name):
        return self.execute_command('LLEN', name)
    def sadd(self, name, *values):
        return self.execute_command('SADD', name, *values)
    def smembers(self, name):
        return set(self.execute_command('SMEMBERS', name))
    def hset(self, name, key=None, value=None, mapping=None):
        words = ['HSET', name]
        if key is not None:
            words += [key, value]
        for k, v in (mapping or {}).items():
            words += [k, v]
        return self.execute_command(*words)
    def hget(self, name, key):
        return self.execute_command('HGET', name, key)
    def hincrby(self, name, key, amount=1):
        return self.execute_command('HINCRBY', name, key, amount)
    def hgetall(self, name):
        flat = self.execute_command('HGETALL', name)
        return dict(zip(flat[::2], flat[1::2]))

StrictRedis = Redis

def from_url(url, **kw):
    return Redis.from_url(url, **kw)

from . import exceptions
`;

const EXCEPTIONS = String.raw`class RedisError(Exception):
    pass

class ConnectionError(RedisError):
    pass

class TimeoutError(RedisError):
    pass

class ResponseError(RedisError):
    pass

class DataError(RedisError):
    pass
`;

export const REDIS_FILES: Readonly<Record<string, string>> = {
  'redis/__init__.py': CLIENT,
  'redis/exceptions.py': EXCEPTIONS,
};
