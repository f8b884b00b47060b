/**
 * flask/app.py as `pip install flask` leaves it here: our own Flask, for the parts of its interface that
 * courses use. Its frames stand on the lines that Flask 2.1.2's have, so that tracebacks read alike.
 */
const HEAD = String.raw`import os
import sys
import json as _json
import traceback
import logging
from .wrappers import Request, Response
from .globals import request, g, _state
from .routing import Rule, NotFound, MethodNotAllowed
from .exceptions import HTTPException, http_error

class Config(dict):
    def from_object(self, obj):
        for key in dir(obj):
            if key.isupper():
                self[key] = getattr(obj, key)
    def from_mapping(self, mapping=None, **more):
        self.update(mapping or {}, **more)
        return True
    def from_envvar(self, name, silent=False):
        if name not in os.environ and not silent:
            raise RuntimeError("The environment variable %r is not set and as such configuration could not be loaded." % name)
        return name in os.environ

class _Scaffold:
    def route(self, rule, **options):
        def decorator(f):
            self.add_url_rule(rule, options.pop('endpoint', None), f, **options)
            return f
        return decorator
    def get(self, rule, **options):
        return self.route(rule, methods=['GET'], **options)
    def post(self, rule, **options):
        return self.route(rule, methods=['POST'], **options)
    def put(self, rule, **options):
        return self.route(rule, methods=['PUT'], **options)
    def delete(self, rule, **options):
        return self.route(rule, methods=['DELETE'], **options)
    def patch(self, rule, **options):
        return self.route(rule, methods=['PATCH'], **options)
    def before_request(self, f):
        self.before_request_funcs.append(f)
        return f
    def after_request(self, f):
        self.after_request_funcs.append(f)
        return f
    def teardown_request(self, f):
        return f
    def teardown_appcontext(self, f):
        return f
    def context_processor(self, f):
        self.template_context_processors.append(f)
        return f
    def errorhandler(self, code):
        def decorator(f):
            self.error_handlers[code] = f
            return f
        return decorator

class Blueprint(_Scaffold):
    def __init__(self, name, import_name, url_prefix=None, **options):
        self.name = name
        self.import_name = import_name
        self.url_prefix = url_prefix
        self.rules = []
        self.before_request_funcs = []
        self.after_request_funcs = []
        self.template_context_processors = []
        self.error_handlers = {}
    def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
        self.rules.append((rule, endpoint or view_func.__name__, view_func, options))

class Flask(_Scaffold):
    request_class = Request
    response_class = Response
    def __init__(self, import_name, static_url_path=None, static_folder='static', template_folder='templates', **options):
        self.import_name = import_name
        module = sys.modules.get(import_name)
        file = getattr(module, '__file__', None)
        self.root_path = os.path.dirname(os.path.abspath(file)) if file else os.getcwd()
        if import_name == '__main__':
            self.name = os.path.splitext(os.path.basename(file))[0] if file else '__main__'
        else:
            self.name = import_name
        self.static_folder = os.path.join(self.root_path, static_folder)
        self.template_folder = os.path.join(self.root_path, template_folder)
        self.debug = os.environ.get('FLASK_DEBUG', '') not in ('', '0', 'false') or os.environ.get('FLASK_ENV') == 'development'
        self.env = os.environ.get('FLASK_ENV') or 'production'
        self.config = Config(ENV=self.env, DEBUG=self.debug, TESTING=False, SECRET_KEY=None,
                             JSON_SORT_KEYS=True)
        self.rules = []
        self.view_functions = {}
        self.before_request_funcs = []
        self.after_request_funcs = []
        self.before_first = []
        self.template_context_processors = []
        self.error_handlers = {}
        self.blueprints = {}
        self.secret_key = None
        self._logger = None
        self.add_url_rule('/static/<path:filename>', 'static', self._static)
    def __repr__(self):
        return "<Flask %r>" % self.name
    def _static(self, filename):
        from . import send_from_directory
        return send_from_directory(self.static_folder, filename)
    def before_first_request(self, f):
        self.before_first.append(f)
        return f
    def add_url_rule(self, rule, endpoint=None, view_func=None, methods=None, **options):
        endpoint = endpoint or view_func.__name__
        known = self.view_functions.get(endpoint)
        if known is not None and known is not view_func:
            raise AssertionError("View function mapping is overwriting an existing endpoint function: %s" % endpoint)
        self.view_functions[endpoint] = view_func
        self.rules.append(Rule(rule, endpoint, methods or ['GET'], options.get('defaults')))
    def register_blueprint(self, blueprint, url_prefix=None, **options):
        prefix = url_prefix or blueprint.url_prefix or ''
        self.blueprints[blueprint.name] = blueprint
        for rule, endpoint, f, more in blueprint.rules:
            self.add_url_rule(prefix + rule, blueprint.name + '.' + endpoint, f, **more)
        self.before_request_funcs.extend(blueprint.before_request_funcs)
        self.after_request_funcs.extend(blueprint.after_request_funcs)
        self.error_handlers.update(blueprint.error_handlers)
    def app_context(self):
        return _Context(self)
    def test_request_context(self, *args, **kw):
        return _Context(self)
    def test_client(self):
        from .testing import FlaskClient
        return FlaskClient(self)
    def match(self, req):
        allowed = []
        for rule in self.rules:
            values = rule.match(req.path)
            if values is None:
                continue
            if req.method in rule.methods:
                return rule, values
            allowed.extend(rule.methods)
        if allowed:
            raise MethodNotAllowed(allowed)
        raise NotFound()
    def make_response(self, rv):
        status = headers = None
        if isinstance(rv, tuple):
            if len(rv) == 3:
                rv, status, headers = rv
            elif isinstance(rv[1], (dict, list, tuple)):
                rv, headers = rv
            else:
                rv, status = rv
        if rv is None:
            raise TypeError("The view function for %r did not return a valid response. The function either returned None or ended without a return statement." % request.endpoint)
        if isinstance(rv, dict):
            from . import jsonify
            rv = jsonify(rv)
        elif isinstance(rv, (str, bytes)):
            rv = Response(rv)
        elif not isinstance(rv, Response):
            if hasattr(rv, '__next__'):
                rv = Response(''.join(list(rv)))
            else:
                raise TypeError("The view function did not return a valid response. The return type must be a string, dict, tuple, Response instance, or WSGI callable, but it was a %s." % type(rv).__name__)
        if status is not None:
            rv.set_status(status)
        if headers:
            rv.headers.update(headers)
        return rv
    def handle_error(self, error):
        handler = self.error_handlers.get(getattr(error, 'code', None))
        if handler is None:
            for kind in type(error).__mro__:
                if kind in self.error_handlers:
                    handler = self.error_handlers[kind]
                    break
        if handler is not None:
            return self.make_response(handler(error))
        if isinstance(error, HTTPException):
            return error.get_response()
        return None
`;

const DISPATCH = String.raw`    def dispatch_request(self):
        rule, req = _state.rule, request
        if _state.routing_error is not None:
            raise _state.routing_error
        return self.ensure_sync(self.view_functions[rule.endpoint])(**req.view_args)
    def ensure_sync(self, f):
        return f
`;
const FULL = String.raw`    def full_dispatch_request(self):
        try:
            rv = self.preprocess_request()
            if rv is None:
                rv = self.dispatch_request()
        except Exception as e:
            rv = self.handle_user_exception(e)
        response = self.make_response(rv)
        for f in reversed(self.after_request_funcs):
            response = f(response)
        return response
`;
const USER = String.raw`    def handle_user_exception(self, e):
        response = self.handle_error(e)
        if response is None:
            raise
        return response
    def preprocess_request(self):
        while self.before_first:
            self.before_first.pop(0)()
        for f in self.before_request_funcs:
            rv = f()
            if rv is not None:
                return rv
        return None
    @property
    def logger(self):
        if self._logger is None:
            self._logger = logging.getLogger(self.name)
            if not self._logger.handlers and not logging.root.handlers:
                handler = logging.StreamHandler()
                handler.setFormatter(logging.Formatter('[%(asctime)s] %(levelname)s in %(module)s: %(message)s'))
                self._logger.addHandler(handler)
        return self._logger
    def log_exception(self, text):
        self.logger.error("Exception on %s [%s]\n%s" % (request.path, request.method, text.rstrip('\n')))
`;
const WSGI = String.raw`    def wsgi_app(self, req):
        _state.app = self
        request._load(req)
        g.__dict__clear()
        _state.rule = None
        _state.routing_error = None
        try:
            _state.rule, request.view_args = self.match(req)
            request.endpoint = _state.rule.endpoint
            request.url_rule = _state.rule
        except HTTPException as error:
            _state.routing_error = error
        try:
            response = self.full_dispatch_request()
        except Exception as e:
            self.log_exception(traceback.format_exc())
            handler = self.error_handlers.get(500) or self.error_handlers.get(Exception)
            if handler:
                response = self.make_response(handler(e))
                response.status_code = response.status_code if response.status_code != 200 else 500
            else:
                response = http_error(500).get_response()
        return response
    def run(self, host=None, port=None, debug=None, load_dotenv=True, **options):
        if os.environ.get('FLASK_RUN_FROM_CLI') == 'true':
            return
        if debug is not None:
            self.debug = bool(debug)
        from .cli import show_server_banner
        show_server_banner(self.env, self.debug, self.name, False)
        from werkzeug.serving import run_simple
        run_simple(host or '127.0.0.1', int(port or 5000), self, use_debugger=self.debug)

class _Context:
    def __init__(self, app):
        self.app = app
    def __enter__(self):
        _state.app = self.app
        return self
    def __exit__(self, *args):
        return None
    def push(self):
        _state.app = self.app
`;

/** Lays blocks on lines of their own. */
function laid(blocks: readonly (readonly [number, string])[]): string {
  let text = '';
  for (const [line, block] of blocks) {
    const missing = line - text.split('\n').length;
    text += '\n'.repeat(Math.max(0, missing)) + block;
  }
  return text;
}

/** Lines of Flask 2.1.2: 1509, 1523 and 1525, 2077 are where its frames stand. */
export const FLASK_APP = laid([
  [1, HEAD],
  [1505, DISPATCH],
  [1519, FULL],
  [1600, USER],
  [2065, WSGI],
]);
