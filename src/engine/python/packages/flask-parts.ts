/** The other files of our flask package: requests and responses, routing, templates, the command. */
const INIT = String.raw`from .app import Flask, Blueprint
from .wrappers import Request, Response
from .globals import request, g, session, current_app, _state
from .exceptions import HTTPException, http_error
from .templating import render_template, render_template_string
from markupsafe import escape, Markup
import json
import os

__version__ = '2.1.2'

def abort(code, *args, **kw):
    raise http_error(code, *args, **kw)

def jsonify(*args, **kw):
    data = kw if not args else (args[0] if len(args) == 1 else list(args))
    sort = _state.app.config.get('JSON_SORT_KEYS', True) if _state.app else True
    if _state.app is not None and _state.app.debug:
        text = json.dumps(data, indent=2, sort_keys=sort, separators=(', ', ': '))
    else:
        text = json.dumps(data, sort_keys=sort, separators=(',', ':'))
    return Response(text + '\n', mimetype='application/json')

def make_response(*args):
    if not args:
        return Response('')
    return _state.app.make_response(args[0] if len(args) == 1 else args)

def redirect(location, code=302, Response=None):
    text = ('<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n'
            '<p>You should be redirected automatically to the target URL: <a href="%s">%s</a>. If not, click the link.\n' % (location, location))
    from .wrappers import Response as Plain
    response = Plain(text, status=code)
    response.headers['Location'] = location
    return response

def url_for(endpoint, **values):
    if endpoint.startswith('.') and request.endpoint and '.' in request.endpoint:
        endpoint = request.endpoint.rsplit('.', 1)[0] + endpoint
    for rule in _state.app.rules:
        if rule.endpoint == endpoint:
            url = rule.build(values)
            if url is not None:
                return url
    raise RuntimeError("Could not build url for endpoint %r." % endpoint)

def send_from_directory(directory, path, **kw):
    full = os.path.normpath(os.path.join(directory, path))
    if not full.startswith(os.path.normpath(directory)) or not os.path.isfile(full):
        abort(404)
    return send_file(full)

_TYPES = {'.html': 'text/html', '.css': 'text/css', '.js': 'application/javascript', '.json': 'application/json', '.txt': 'text/plain', '.png': 'image/png', '.svg': 'image/svg+xml', '.jpg': 'image/jpeg'}

def send_file(path, mimetype=None, **kw):
    with open(path, 'rb') as f:
        data = f.read()
    return Response(data, mimetype=mimetype or _TYPES.get(os.path.splitext(path)[1], 'application/octet-stream'))

def flash(message, category='message'):
    session.setdefault('_flashes', []).append((category, message))

def get_flashed_messages(with_categories=False, **kw):
    flashes = session.pop('_flashes', [])
    return flashes if with_categories else [text for _, text in flashes]

def has_request_context():
    return _state.app is not None
`;

const GLOBALS = String.raw`from .wrappers import Request

class _State:
    app = None
    rule = None
    routing_error = None

class _G:
    def get(self, name, default=None):
        return getattr(self, name, default)
    def __contains__(self, name):
        return hasattr(self, name)
    def __dict__clear(self):
        for name in list(self.__dict__):
            delattr(self, name)

class _Current:
    def __getattr__(self, name):
        if _state.app is None:
            raise RuntimeError('Working outside of application context.')
        return getattr(_state.app, name)

_state = _State()
request = Request()
g = _G()
session = {}
current_app = _Current()
`;

const WRAPPERS = String.raw`import json
from urllib.parse import unquote_plus, parse_qsl

class MultiDict(dict):
    def get(self, key, default=None, type=None):
        if key not in self:
            return default
        value = self[key]
        if type is not None:
            try:
                value = type(value)
            except ValueError:
                return default
        return value
    def getlist(self, key):
        return [v for k, v in self.all if k == key]
    def to_dict(self, flat=True):
        return dict(self.items())
    @classmethod
    def of(cls, pairs):
        made = cls()
        made.all = pairs
        for key, value in pairs:
            made.setdefault(key, value)
        return made

class Headers(dict):
    def get(self, key, default=None):
        for name, value in self.items():
            if name.lower() == key.lower():
                return value
        return default
    def __getitem__(self, key):
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value
    def __contains__(self, key):
        return self.get(key) is not None

class Request:
    method = 'GET'
    path = '/'
    endpoint = None
    url_rule = None
    view_args = {}
    def _load(self, raw):
        self.method = raw.method
        self.raw_uri = raw.target
        path, _, query = raw.target.partition('?')
        self.path = raw.path
        self.query_string = query.encode()
        self.full_path = path + '?' + query
        self.headers = Headers(raw.headers)
        self.data = raw.body
        self.remote_addr = raw.peer
        self.host = self.headers.get('Host', '')
        self.scheme = 'http'
        self.host_url = 'http://' + self.host + '/'
        self.url_root = self.host_url
        self.base_url = 'http://' + self.host + path
        self.url = self.base_url + ('?' + query if query else '')
        self.args = MultiDict.of(parse_qsl(query))
        kind = self.headers.get('Content-Type', '')
        self.content_type = kind
        self.mimetype = kind.split(';')[0].strip().lower()
        self.content_length = len(raw.body)
        self.is_json = self.mimetype == 'application/json'
        self.form = MultiDict.of(parse_qsl(raw.body.decode()) if self.mimetype == 'application/x-www-form-urlencoded' else [])
        self.values = MultiDict.of(self.args.all + self.form.all)
        self.files = MultiDict.of([])
        self.user_agent = self.headers.get('User-Agent', '')
        self.environ = {'REMOTE_ADDR': raw.peer, 'REQUEST_METHOD': raw.method, 'PATH_INFO': path}
        self.cookies = {}
        for part in self.headers.get('Cookie', '').split(';'):
            if '=' in part:
                name, _, value = part.strip().partition('=')
                self.cookies[name] = value
        self.endpoint = None
        self.view_args = {}
    def get_data(self, as_text=False, **kw):
        return self.data.decode() if as_text else self.data
    def get_json(self, force=False, silent=False, **kw):
        from .exceptions import http_error
        if not (force or self.is_json):
            return None
        try:
            return json.loads(self.data.decode())
        except ValueError:
            if silent:
                return None
            raise http_error(400, 'The browser (or proxy) sent a request that this server could not understand.')
    @property
    def json(self):
        return self.get_json()
    def __repr__(self):
        return "<Request '%s' [%s]>" % (self.url, self.method)

REASONS = {100: 'CONTINUE', 200: 'OK', 201: 'CREATED', 202: 'ACCEPTED', 204: 'NO CONTENT', 301: 'MOVED PERMANENTLY', 302: 'FOUND', 303: 'SEE OTHER', 304: 'NOT MODIFIED', 307: 'TEMPORARY REDIRECT', 308: 'PERMANENT REDIRECT', 400: 'BAD REQUEST', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'NOT FOUND', 405: 'METHOD NOT ALLOWED', 409: 'CONFLICT', 410: 'GONE', 415: 'UNSUPPORTED MEDIA TYPE', 418: "I'M A TEAPOT", 422: 'UNPROCESSABLE ENTITY', 429: 'TOO MANY REQUESTS', 500: 'INTERNAL SERVER ERROR', 501: 'NOT IMPLEMENTED', 502: 'BAD GATEWAY', 503: 'SERVICE UNAVAILABLE'}

class Response:
    def __init__(self, response=b'', status=200, headers=None, mimetype=None, content_type=None):
        if response is None:
            response = b''
        if not isinstance(response, (str, bytes)):
            response = ''.join([part.decode() if isinstance(part, bytes) else part for part in response])
        self.data = response.encode() if isinstance(response, str) else response
        self.set_status(status)
        kind = content_type or mimetype or 'text/html'
        if kind.startswith('text/') and 'charset' not in kind:
            kind += '; charset=utf-8'
        self.headers = Headers()
        self.headers['Content-Type'] = kind
        self.cookies = []
        if headers:
            self.headers.update(headers)
    def set_status(self, status):
        if isinstance(status, str):
            code, _, reason = status.partition(' ')
            self.status_code = int(code)
            self.status = status if reason else code + ' ' + REASONS.get(int(code), 'UNKNOWN')
        else:
            self.status_code = int(status)
            self.status = '%d %s' % (self.status_code, REASONS.get(self.status_code, 'UNKNOWN'))
    def set_cookie(self, name, value='', path='/', **kw):
        self.cookies.append('%s=%s; Path=%s' % (name, value, path))
    def delete_cookie(self, name, path='/', **kw):
        self.cookies.append('%s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=%s' % (name, path))
    def get_data(self, as_text=False):
        return self.data.decode() if as_text else self.data
    @property
    def mimetype(self):
        return self.headers['Content-Type'].split(';')[0]
    @property
    def json(self):
        return json.loads(self.data.decode())
    @property
    def text(self):
        return self.data.decode()
`;

const ROUTING = String.raw`import re
from .exceptions import HTTPException, http_error

class NotFound(HTTPException):
    code = 404
    def __init__(self):
        HTTPException.__init__(self, 404)

class MethodNotAllowed(HTTPException):
    code = 405
    def __init__(self, allowed):
        HTTPException.__init__(self, 405)
        self.allowed = sorted(set(allowed))

class Rule:
    def __init__(self, rule, endpoint, methods, defaults=None):
        self.rule = rule
        self.endpoint = endpoint
        methods = [m.upper() for m in methods]
        if 'GET' in methods and 'HEAD' not in methods:
            methods.append('HEAD')
        if 'OPTIONS' not in methods:
            methods.append('OPTIONS')
        self.methods = methods
        self.defaults = defaults or {}
        self.parts = []
        for part in rule.strip('/').split('/'):
            if part.startswith('<') and part.endswith('>'):
                kind, _, name = part[1:-1].rpartition(':')
                self.parts.append((kind or 'string', name))
            else:
                self.parts.append((None, part))
    def match(self, path):
        given = path.strip('/').split('/')
        values = dict(self.defaults)
        if path != '/' and path.endswith('/') != self.rule.endswith('/') and not self.rule.endswith('/'):
            return None
        for i, (kind, name) in enumerate(self.parts):
            if i >= len(given):
                return None
            if kind is None:
                if given[i] != name:
                    return None
            elif kind == 'path':
                values[name] = '/'.join(given[i:])
                return values if values[name] else None
            elif kind == 'int':
                if not given[i].isdigit():
                    return None
                values[name] = int(given[i])
            elif kind == 'float':
                if not re.match(r'^\d+\.\d+$', given[i]):
                    return None
                values[name] = float(given[i])
            else:
                if not given[i]:
                    return None
                values[name] = given[i]
        return values if len(given) == len(self.parts) else None
    def build(self, values):
        used = []
        out = []
        for kind, name in self.parts:
            if kind is None:
                out.append(name)
            elif name in values:
                out.append(str(values[name]))
                used.append(name)
            else:
                return None
        url = '/' + '/'.join(out) + ('/' if self.rule.endswith('/') and len(self.rule) > 1 else '')
        rest = ['%s=%s' % (k, v) for k, v in values.items() if k not in used]
        return url + ('?' + '&'.join(rest) if rest else '')
    def __str__(self):
        return self.rule
`;

const EXCEPTIONS = String.raw`from .wrappers import Response, REASONS

TEXTS = {
    400: ('Bad Request', 'The browser (or proxy) sent a request that this server could not understand.'),
    401: ('Unauthorized', "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required."),
    403: ('Forbidden', "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server."),
    404: ('Not Found', 'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.'),
    405: ('Method Not Allowed', 'The method is not allowed for the requested URL.'),
    409: ('Conflict', 'A conflict happened while processing the request. The resource might have been modified while the request was being processed.'),
    410: ('Gone', 'The requested URL is no longer available on this server and there is no forwarding address. If you followed a link from a foreign page, please contact the author of this page.'),
    418: ("I'm a teapot", 'This server is a teapot, not a coffee machine'),
    429: ('Too Many Requests', 'This user has exceeded an allotted request count. Try again later.'),
    500: ('Internal Server Error', 'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.'),
    503: ('Service Unavailable', 'The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.'),
}

class HTTPException(Exception):
    code = 500
    def __init__(self, code=None, description=None):
        if code is not None:
            self.code = code
        name, text = TEXTS.get(self.code, (REASONS.get(self.code, 'Unknown').title(), ''))
        self.name = name
        self.description = description or text
        self.allowed = None
    def __str__(self):
        return '%d %s: %s' % (self.code, self.name, self.description)
    def get_response(self):
        text = '<!doctype html>\n<html lang=en>\n<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n' % (self.code, self.name, self.name.replace("'", '&#39;'), self.description.replace("'", '&#39;'))
        response = Response(text, status=self.code)
        if self.allowed:
            response.headers['Allow'] = ', '.join(self.allowed)
        return response

def http_error(code, description=None, **kw):
    return HTTPException(code, description)
`;

const CLI = String.raw`import os
import sys

def show_server_banner(env, debug, app_import_path, eager_loading):
    if app_import_path is not None:
        message = " * Serving Flask app %r" % app_import_path
        if not eager_loading:
            message += " (lazy loading)"
        print(message, flush=True)
    print(" * Environment: " + env, flush=True)
    if env == 'production':
        print("   WARNING: This is a development server. Do not use it in a production deployment.", flush=True)
        print("   Use a production WSGI server instead.", flush=True)
    print(" * Debug mode: " + ('on' if debug else 'off'), flush=True)

def _option(args, *names):
    for i, arg in enumerate(args):
        for name in names:
            if arg == name and i + 1 < len(args):
                return args[i + 1]
            if arg.startswith(name + '='):
                return arg[len(name) + 1:]
    return None

def _load(path):
    name, _, attribute = path.partition(':')
    if name.endswith('.py'):
        name = name[:-3]
    name = name.replace('/', '.')
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = __import__(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        print("Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Could not import %r." % name, file=sys.stderr)
        sys.exit(2)
    from .app import Flask
    for candidate in [attribute] if attribute else ['app', 'application']:
        app = getattr(module, candidate.replace('()', ''), None)
        if isinstance(app, Flask):
            return app
    for factory in ['create_app', 'make_app']:
        if hasattr(module, factory):
            return getattr(module, factory)()
    print("Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Failed to find Flask application or factory in module %r. Use '%s:name' to specify one." % (name, name), file=sys.stderr)
    sys.exit(2)

def main():
    args = sys.argv[1:]
    if args[:1] == ['--version']:
        print("Python %s\nFlask 2.1.2\nWerkzeug 2.1.2" % sys.version.split()[0])
        return 0
    path = _option(args, '--app', '-A') or os.environ.get('FLASK_APP')
    if 'run' not in args and 'routes' not in args:
        print("flask: not simulated: this command", file=sys.stderr)
        return 125
    if not path:
        for name in ['wsgi.py', 'app.py']:
            if os.path.isfile(name):
                path = name
                break
    env = os.environ.get('FLASK_ENV') or 'production'
    debug = os.environ.get('FLASK_DEBUG', '') not in ('', '0', 'false') or env == 'development'
    os.environ['FLASK_RUN_FROM_CLI'] = 'true'
    if not path:
        print("Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Could not locate a Flask application. You did not provide the \"FLASK_APP\" environment variable, and a \"wsgi.py\" or \"app.py\" module was not found in the current directory.", file=sys.stderr)
        return 2
    host = _option(args, '--host', '-h') or os.environ.get('FLASK_RUN_HOST') or '127.0.0.1'
    port = int(_option(args, '--port', '-p') or os.environ.get('FLASK_RUN_PORT') or 5000)
    show_server_banner(env, debug, path, False)
    app = _load(path)
    from werkzeug.serving import run_simple
    return run_simple(host, port, app, use_debugger=debug)
`;

const TEMPLATING = String.raw`import os
import jinja2
from .globals import request, g, session, _state

def _context(values):
    from . import url_for, get_flashed_messages
    context = {'request': request, 'g': g, 'session': session, 'config': _state.app.config, 'url_for': url_for, 'get_flashed_messages': get_flashed_messages}
    for f in _state.app.template_context_processors:
        context.update(f())
    context.update(values)
    return context

def _loader(name):
    path = os.path.join(_state.app.template_folder, name)
    if not os.path.isfile(path):
        raise jinja2.TemplateNotFound(name)
    with open(path) as f:
        return f.read()

def render_template(name, **values):
    return jinja2.render(_loader(name), _context(values), _loader, True)

def render_template_string(source, **values):
    return jinja2.render(source, _context(values), _loader, True)
`;

const TESTING = String.raw`class _Raw:
    pass

class FlaskClient:
    def __init__(self, app):
        self.app = app
    def open(self, target, method='GET', data=b'', json=None, headers=None):
        import json as encoder
        raw = _Raw()
        raw.method = method
        raw.target = target
        raw.path = target.partition('?')[0]
        raw.headers = dict(headers or {})
        raw.headers.setdefault('Host', 'localhost')
        if json is not None:
            data = encoder.dumps(json)
            raw.headers['Content-Type'] = 'application/json'
        raw.body = data.encode() if isinstance(data, str) else data
        raw.peer = '127.0.0.1'
        return self.app.wsgi_app(raw)
    def get(self, target, **kw):
        return self.open(target, 'GET', **kw)
    def post(self, target, **kw):
        return self.open(target, 'POST', **kw)
`;

const JSON_FILE = 'from json import *\n';

export const FLASK_FILES: Readonly<Record<string, string>> = {
  'flask/__init__.py': INIT,
  'flask/globals.py': GLOBALS,
  'flask/wrappers.py': WRAPPERS,
  'flask/routing.py': ROUTING,
  'flask/exceptions.py': EXCEPTIONS,
  'flask/cli.py': CLI,
  'flask/templating.py': TEMPLATING,
  'flask/testing.py': TESTING,
  'flask/json.py': JSON_FILE,
  'flask/__main__.py': 'from .cli import main\nimport sys\nsys.exit(main())\n',
};
