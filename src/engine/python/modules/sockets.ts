/** The module socket over the simulated network: TCP, IPv4. */
import { SysError, sys, type Sys } from '../../../kernel';
import { toFloat } from '../arithmetic';
import { natives } from '../builtins';
import { NATIVE_MODULES } from '../importing';
import { osError } from '../os-error';
import { asIndex } from '../text';
import {
  builtInType,
  define,
  exceptionType,
  makeException,
  raised,
  typeError,
  typeOf,
} from '../classes';
import { PyObject, PyTuple, Raised, tuple, type Names, type Native, type Value } from '../values';
import type { Vm } from '../vm';
import { MAKERS } from '../calling';

const SOCKET = builtInType('socket');
const GAIERROR = builtInType('gaierror', exceptionType('OSError'));
const number = (self: Value | undefined, name: string) =>
  (self as PyObject).names.get(name) as number | undefined;

function fdOf(self: Value | undefined): number {
  const fd = number(self, '$fd');
  if (fd === undefined) throw new Raised(osError('EBADF'));
  return fd;
}

export function* lookUp(vm: Vm, host: string): Sys<string> {
  if (host === '') return '0.0.0.0';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
  try {
    const { addresses } = yield* vm.wait(() => sys.resolve(host));
    return addresses[0] ?? host;
  } catch (error) {
    if (!(error instanceof SysError) || error.errno === 'EINTR') throw error;
    const made = makeException(GAIERROR, -2, 'Name or service not known');
    made.names.set('errno', -2);
    made.names.set('strerror', 'Name or service not known');
    made.names.set('filename', null);
    // The libc of Alpine has words of its own.
    throw new Raised(made);
  }
}

function addressOf(v: Value | undefined): readonly [string, number] {
  if (!(v instanceof PyTuple))
    throw typeError(`AF_INET address must be tuple, not ${typeOf(v ?? null).name}`);
  return [String(v.items[0] as string), asIndex(v.items[1]!)!];
}

function made(fd: number, local: Value, peer: Value): PyObject {
  const socket = new PyObject(SOCKET);
  socket.names.set('$fd', fd);
  socket.names.set('$local', local);
  socket.names.set('$peer', peer);
  return socket;
}

const TIMED_OUT = 'timed out';
function* readable(vm: Vm, self: Value): Sys<void> {
  const seconds = (self as PyObject).names.get('$timeout');
  const timeout = seconds === undefined ? undefined : toFloat(seconds);
  if (timeout === undefined) return;
  const fd = fdOf(self);
  const ready = yield* vm.wait(() => sys.poll([{ fd, read: true }], Math.round(timeout * 1e6)));
  if (ready.length === 0) throw raised('TimeoutError', TIMED_OUT);
}

const METHODS: Record<string, Native> = {
  *bind(_vm, [self, address]) {
    (self as PyObject).names.set('$bound', address!);
    return null;
  },
  *listen(vm, [self]) {
    const [host, port] = addressOf((self as PyObject).names.get('$bound') ?? tuple('', 0));
    const address = yield* lookUp(vm, host);
    (self as PyObject).names.set('$fd', yield* vm.wait(() => sys.listen(address, port)));
    return null;
  },
  *accept(vm, [self]) {
    yield* readable(vm, self!);
    const { fd, peer, local } = yield* vm.wait(() => sys.accept(fdOf(self)));
    const from = tuple(peer.address, peer.port);
    return tuple(made(fd, tuple(local.address, local.port), from), from);
  },
  *connect(vm, [self, to]) {
    const [host, port] = addressOf(to);
    const address = yield* lookUp(vm, host);
    const timeout = toFloat((self as PyObject).names.get('$timeout') ?? null);
    const fd = yield* vm.wait(() =>
      sys.connect(address, port, timeout === undefined ? undefined : Math.round(timeout * 1e6)),
    );
    (self as PyObject).names.set('$fd', fd);
    (self as PyObject).names.set('$peer', tuple(address, port));
    return null;
  },
  *recv(vm, [self, count]) {
    yield* readable(vm, self!);
    return yield* vm.wait(() => sys.read(fdOf(self), asIndex(count!)!));
  },
  *send(vm, [self, data]) {
    const bytes = bytesOf(data);
    yield* vm.wait(() => sys.write(fdOf(self), bytes));
    return bytes.length;
  },
  *sendall(vm, [self, data]) {
    const bytes = bytesOf(data);
    yield* vm.wait(() => sys.write(fdOf(self), bytes));
    return null;
  },
  *close(_vm, [self]) {
    const fd = number(self, '$fd');
    if (fd !== undefined) yield* sys.close(fd);
    (self as PyObject).names.delete('$fd');
    return null;
  },
  *shutdown(vm, [self]) {
    yield* vm.wait(() => sys.shutdown(fdOf(self)));
    return null;
  },
};
METHODS['__exit__'] = METHODS['close']!;

function bytesOf(v: Value | undefined): Uint8Array {
  if (v instanceof Uint8Array) return v;
  throw typeError(`a bytes-like object is required, not '${typeOf(v ?? null).name}'`);
}

define(
  SOCKET,
  {
    __enter__: (_vm, [self]) => self!,
    setsockopt: () => null,
    setblocking: () => null,
    settimeout: (_vm, [self, seconds]) => {
      const { names } = self as PyObject;
      if (seconds === null) names.delete('$timeout');
      else names.set('$timeout', seconds!);
      return null;
    },
    fileno: (_vm, [self]) => number(self, '$fd') ?? -1,
    getpeername: (_vm, [self]) => (self as PyObject).names.get('$peer') ?? tuple('', 0),
    getsockname: (_vm, [self]) =>
      (self as PyObject).names.get('$local') ??
      (self as PyObject).names.get('$bound') ??
      tuple('0.0.0.0', 0),
  },
  METHODS,
);

function socketModule(vm: Vm): Names {
  MAKERS.set(SOCKET, MAKER);
  return new Map<string, Value>([
    ['AF_INET', 2],
    ['AF_INET6', 10],
    ['SOCK_STREAM', 1],
    ['SOCK_DGRAM', 2],
    ['SOL_SOCKET', 1],
    ['SO_REUSEADDR', 2],
    ['SO_REUSEPORT', 15],
    ['SHUT_RDWR', 2],
    ['SHUT_WR', 1],
    ['IPPROTO_TCP', 6],
    ['TCP_NODELAY', 1],
    ['socket', SOCKET],
    ['gaierror', GAIERROR],
    ['error', vm.builtins.get('OSError')!],
    ['timeout', vm.builtins.get('TimeoutError')!],
    ...natives(
      {},
      {
        *gethostname() {
          return (yield* sys.uname()).nodename;
        },
        *getfqdn() {
          return (yield* sys.uname()).nodename;
        },
        *gethostbyname(own, [name]) {
          return yield* lookUp(own, name as string);
        },
        *create_connection(own, [to, timeout]) {
          const socket = new PyObject(SOCKET);
          if (timeout !== undefined && timeout !== null) socket.names.set('$timeout', timeout);
          yield* own.call(SOCKET.names.get('connect')!, [socket, to!]);
          return socket;
        },
        *interfaces() {
          const { interfaces } = yield* sys.netinfo();
          return new PyTuple(
            interfaces
              .filter((each) => each.kind !== 'loopback')
              .flatMap((each) => each.addresses.map((address) => address.replace(/\/.*$/, ''))),
          );
        },
      },
    ),
  ]);
}
const MAKER = Object.freeze({ run: () => new PyObject(SOCKET), works: false });
NATIVE_MODULES.set('socket', socketModule);
