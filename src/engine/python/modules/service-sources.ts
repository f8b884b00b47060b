/** Sources of the library's servers, clients and processes: our own, with CPython's interface. */
export const HTTP_SERVER = String.raw`import os
import socket
import sys
import time
from urllib.parse import unquote, quote

_REASONS = {200: 'OK', 201: 'Created', 204: 'No Content', 301: 'Moved Permanently', 302: 'Found', 304: 'Not Modified', 400: 'Bad Request', 403: 'Forbidden', 404: 'File not found', 405: 'Method Not Allowed', 500: 'Internal Server Error', 501: 'Unsupported method'}
_TYPES = {'.html': 'text/html', '.htm': 'text/html', '.txt': 'text/plain', '.py': 'text/x-python', '.css': 'text/css', '.js': 'application/javascript', '.json': 'application/json', '.png': 'image/png', '.jpg': 'image/jpeg', '.svg': 'image/svg+xml'}

class _Headers(dict):
    def get(self, key, default=None):
        for name, value in self.items():
            if name.lower() == key.lower():
                return value
        return default
    def __getitem__(self, key):
        return self.get(key)

class _Reader:
    def __init__(self, conn):
        self._conn = conn
        self._data = b''
    def readline(self, limit=None):
        while b'\n' not in self._data:
            part = self._conn.recv(65536)
            if not part:
                break
            self._data += part
        line, mark, self._data = self._data.partition(b'\n')
        return line + mark
    def read(self, count=-1):
        while count < 0 or len(self._data) < count:
            part = self._conn.recv(65536)
            if not part:
                break
            self._data += part
        count = len(self._data) if count < 0 else count
        data = self._data[:count]
        self._data = self._data[count:]
        return data

class _Writer:
    def __init__(self, conn):
        self._conn = conn
    def write(self, data):
        self._conn.sendall(data)
        return len(data)
    def flush(self):
        pass

class BaseHTTPRequestHandler:
    server_version = 'BaseHTTP/0.6'
    protocol_version = 'HTTP/1.0'
    def __init__(self, request, client_address, server):
        self.request = self.connection = request
        self.client_address = client_address
        self.server = server
        self.rfile = _Reader(request)
        self.wfile = _Writer(request)
        self._headers_buffer = []
        self.handle()
    def handle(self):
        line = self.rfile.readline().decode().rstrip('\r\n')
        if not line:
            return
        self.requestline = line
        words = line.split()
        self.command, self.path = words[0], words[1]
        self.request_version = words[2] if len(words) > 2 else 'HTTP/0.9'
        self.headers = _Headers()
        while True:
            header = self.rfile.readline().decode().rstrip('\r\n')
            if not header:
                break
            name, _, value = header.partition(':')
            self.headers[name] = value.strip()
        method = getattr(self, 'do_' + self.command, None)
        if method is None:
            self.send_error(501, 'Unsupported method (%r)' % self.command)
            return
        method()
    def version_string(self):
        return self.server_version + ' Python/' + sys.version.split()[0]
    def date_time_string(self):
        return time.strftime('%a, %d %b %Y %H:%M:%S GMT')
    def log_date_time_string(self):
        return time.strftime('%d/%b/%Y %H:%M:%S')
    def send_response(self, code, message=None):
        self.log_request(code)
        self._headers_buffer.append('%s %d %s\r\n' % (self.protocol_version, code, message or _REASONS.get(code, '')))
        self.send_header('Server', self.version_string())
        self.send_header('Date', self.date_time_string())
    def send_header(self, name, value):
        self._headers_buffer.append('%s: %s\r\n' % (name, value))
    def end_headers(self):
        self._headers_buffer.append('\r\n')
        self.wfile.write(''.join(self._headers_buffer).encode())
        self._headers_buffer = []
    def send_error(self, code, message=None, explain=None):
        message = message or _REASONS.get(code, '')
        self.log_error('code %d, message %s', code, message)
        explain = {404: 'Nothing matches the given URI', 501: 'Server does not support this operation'}.get(code, '')
        body = ('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"\n        "http://www.w3.org/TR/html4/strict.dtd">\n<html>\n    <head>\n        <meta http-equiv="Content-Type" content="text/html;charset=utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: %d</p>\n        <p>Message: %s.</p>\n        <p>Error code explanation: %d - %s.</p>\n    </body>\n</html>\n' % (code, message, code, explain)).encode()
        self.send_response(code, message)
        self.send_header('Connection', 'close')
        self.send_header('Content-Type', 'text/html;charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)
    def log_request(self, code='-', size='-'):
        self.log_message('"%s" %s %s', self.requestline, str(code), str(size))
    def log_error(self, format, *args):
        self.log_message(format, *args)
    def log_message(self, format, *args):
        sys.stderr.write('%s - - [%s] %s\n' % (self.client_address[0], self.log_date_time_string(), format % args))

class SimpleHTTPRequestHandler(BaseHTTPRequestHandler):
    server_version = 'SimpleHTTP/0.6'
    directory = None
    def do_GET(self):
        self._send(True)
    def do_HEAD(self):
        self._send(False)
    def _send(self, with_body):
        shown = unquote(self.path.partition('?')[0].partition('#')[0])
        path = os.path.normpath(os.path.join(self.directory or os.getcwd(), os.path.normpath('/' + shown).lstrip('/')))
        if os.path.isdir(path):
            if not shown.endswith('/'):
                self.send_response(301)
                self.send_header('Location', self.path + '/')
                self.send_header('Content-Length', '0')
                self.end_headers()
                return
            for index in ('index.html', 'index.htm'):
                if os.path.exists(os.path.join(path, index)):
                    path = os.path.join(path, index)
                    break
            else:
                return self._list(path, shown, with_body)
        try:
            with open(path, 'rb') as f:
                data = f.read()
        except OSError:
            self.send_error(404, 'File not found')
            return
        self.send_response(200)
        self.send_header('Content-type', _TYPES.get(os.path.splitext(path)[1], 'application/octet-stream'))
        self.send_header('Content-Length', str(len(data)))
        self.send_header('Last-Modified', time.strftime('%a, %d %b %Y %H:%M:%S GMT', (0,) * 9 + (int(os.path.getmtime(path) * 1000000),)))
        self.end_headers()
        if with_body:
            self.wfile.write(data)
    def _list(self, path, shown, with_body):
        rows = ['<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">', '<html>\n<head>', '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', '<title>Directory listing for %s</title>\n</head>' % shown, '<body>\n<h1>Directory listing for %s</h1>' % shown, '<hr>\n<ul>']
        for name in sorted(os.listdir(path), key=lambda n: n.lower()):
            full = os.path.join(path, name)
            mark = '/' if os.path.isdir(full) else ''
            rows.append('<li><a href="%s">%s</a></li>' % (quote(name + mark), name + mark))
        rows.append('</ul>\n<hr>\n</body>\n</html>\n')
        data = '\n'.join(rows).encode()
        self.send_response(200)
        self.send_header('Content-type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        if with_body:
            self.wfile.write(data)

class HTTPServer:
    def __init__(self, server_address, RequestHandlerClass, bind_and_activate=True):
        self.server_address = server_address
        self.server_port = server_address[1]
        self.handler = RequestHandlerClass
        self.socket = socket.socket()
        self.socket.bind(server_address)
        try:
            self.socket.listen(5)
        except OSError as error:
            raise OSError(error.errno, error.strerror)
    def __enter__(self):
        return self
    def __exit__(self, *args):
        self.server_close()
    def server_close(self):
        self.socket.close()
    def shutdown(self):
        self._stopped = True
    _stopped = False
    def serve_forever(self, poll_interval=0.5):
        while not self._stopped:
            self.handle_request()
    def handle_request(self):
        conn, address = self.socket.accept()
        try:
            self.handler(conn, address, self)
        except (BrokenPipeError, ConnectionResetError):
            pass
        except Exception:
            import traceback
            line = '-' * 40
            sys.stderr.write('%s\nException occurred during processing of request from %r\n%s%s\n' % (line, address, traceback.format_exc(), line))
        finally:
            conn.close()

ThreadingHTTPServer = HTTPServer

def main():
    args = sys.argv[1:]
    port, host = 8000, '0.0.0.0'
    while args:
        arg = args.pop(0)
        if arg in ('--bind', '-b'):
            host = args.pop(0)
        elif arg in ('--directory', '-d'):
            SimpleHTTPRequestHandler.directory = args.pop(0)
        else:
            port = int(arg)
    with HTTPServer((host, port), SimpleHTTPRequestHandler) as server:
        print('Serving HTTP on %s port %d (http://%s:%d/) ...' % (host, port, host, port))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print('\nKeyboard interrupt received, exiting.')
            sys.exit(0)

if __name__ == '__main__':
    main()
`;

export const SOCKETSERVER = String.raw`import socket

class BaseRequestHandler:
    def __init__(self, request, client_address, server):
        self.request, self.client_address, self.server = request, client_address, server
        self.setup()
        try:
            self.handle()
        finally:
            self.finish()
    def setup(self):
        pass
    def handle(self):
        pass
    def finish(self):
        pass

from http.server import _Reader, _Writer, HTTPServer

class StreamRequestHandler(BaseRequestHandler):
    def setup(self):
        self.rfile = _Reader(self.request)
        self.wfile = _Writer(self.request)

class TCPServer(HTTPServer):
    allow_reuse_address = False

ThreadingTCPServer = TCPServer
`;

export const SUBPROCESS = String.raw`import os
import _process

PIPE = -1
STDOUT = -2
DEVNULL = -3

class SubprocessError(Exception):
    pass

class CalledProcessError(SubprocessError):
    def __init__(self, returncode, cmd, output=None, stderr=None):
        self.returncode, self.cmd, self.output, self.stderr = returncode, cmd, output, stderr
    def __str__(self):
        return 'Command %r returned non-zero exit status %d.' % (self.cmd, self.returncode)

class CompletedProcess:
    def __init__(self, args, returncode, stdout=None, stderr=None):
        self.args, self.returncode, self.stdout, self.stderr = args, returncode, stdout, stderr
    def check_returncode(self):
        if self.returncode:
            raise CalledProcessError(self.returncode, self.args, self.stdout, self.stderr)
    def __repr__(self):
        text = 'CompletedProcess(args=%r, returncode=%r' % (self.args, self.returncode)
        if self.stdout is not None:
            text += ', stdout=%r' % (self.stdout,)
        return text + ')'

def _find(name):
    if '/' in name:
        return name if os.path.exists(name) else None
    for folder in os.environ.get('PATH', '/usr/local/bin:/usr/bin:/bin').split(':'):
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return None

def run(args, stdout=None, stderr=None, capture_output=False, text=None,
        universal_newlines=None, shell=False, check=False, **kw):
    words = ['sh', '-c', args] if shell else ([args] if isinstance(args, str) else [str(a) for a in args])
    path = '/bin/sh' if shell else _find(words[0])
    if path is None:
        raise FileNotFoundError(2, 'No such file or directory', words[0])
    capture = capture_output or stdout == PIPE
    import sys
    sys.stdout.flush()
    code, out = _process.run(path, words, capture)
    if text or universal_newlines:
        out = out.decode()
    done = CompletedProcess(args, code, out if capture else None, None)
    if check:
        done.check_returncode()
    return done

def call(args, **kw):
    return run(args, **kw).returncode

def check_call(args, **kw):
    return run(args, check=True, **kw).returncode

def check_output(args, **kw):
    return run(args, stdout=PIPE, check=True, **kw).stdout

def getoutput(command):
    return run(command, shell=True, stdout=PIPE, text=True).stdout.rstrip('\n')
`;

export const URL_REQUEST = String.raw`import socket
from urllib.parse import urlparse
from urllib.error import URLError, HTTPError

class _Response:
    def __init__(self, url, status, reason, headers, body):
        self.url, self.status, self.reason = url, status, reason
        self.headers, self._body = headers, body
        self.code = status
    def read(self):
        return self._body
    def getcode(self):
        return self.status
    def __enter__(self):
        return self
    def __exit__(self, *args):
        return None

class Request:
    def __init__(self, url, data=None, headers=None, method=None):
        self.full_url, self.data, self.headers = url, data, dict(headers or {})
        self.method = method or ('POST' if data is not None else 'GET')

def fetch(url, method='GET', data=None, headers=None, timeout=None, agent='Python-urllib/3.10'):
    parts = urlparse(url)
    if parts.scheme != 'http':
        raise URLError('not simulated: ' + parts.scheme)
    conn = socket.create_connection((parts.hostname, parts.port or 80), timeout)
    path = (parts.path or '/') + ('?' + parts.query if parts.query else '')
    lines = ['%s %s HTTP/1.1' % (method, path), 'Host: ' + parts.netloc, 'User-Agent: ' + agent, 'Connection: close']
    for name, value in (headers or {}).items():
        lines.append('%s: %s' % (name, value))
    if data is not None:
        lines.append('Content-Length: %d' % len(data))
    conn.sendall('\r\n'.join(lines).encode() + b'\r\n\r\n' + (data or b''))
    parts = []
    while True:
        part = conn.recv(65536)
        if not part:
            break
        parts.append(part)
    conn.close()
    head, _, body = b''.join(parts).partition(b'\r\n\r\n')
    rows = head.decode().split('\r\n')
    words = rows[0].split(' ', 2)
    found = {}
    for row in rows[1:]:
        name, _, value = row.partition(':')
        found[name] = value.strip()
    if found.get('Transfer-Encoding') == 'chunked':
        out = b''
        while body:
            size, _, body = body.partition(b'\r\n')
            count = int(size.decode(), 16)
            if count == 0:
                break
            out += body[:count]
            body = body[count + 2:]
        body = out
    return int(words[1]), words[2] if len(words) > 2 else '', found, body

def urlopen(url, data=None, timeout=None):
    request = url if isinstance(url, Request) else Request(url, data)
    try:
        status, reason, headers, body = fetch(
            request.full_url, request.method, request.data, request.headers, timeout)
    except OSError as error:
        raise URLError(error)
    if status >= 400:
        raise HTTPError(request.full_url, status, reason, headers, body)
    return _Response(request.full_url, status, reason, headers, body)
`;

export const URL_ERROR = String.raw`class URLError(OSError):
    def __init__(self, reason):
        self.reason = reason
        self.args = (reason,)
    def __str__(self):
        return '<urlopen error %s>' % self.reason

class HTTPError(URLError):
    def __init__(self, url, code, msg, hdrs, body):
        self.url, self.code, self.reason, self.msg = url, code, msg, msg
        self.headers, self._body = hdrs, body
        self.args = (code, msg)
    def read(self):
        return self._body
    def __str__(self):
        return 'HTTP Error %s: %s' % (self.code, self.msg)
`;
