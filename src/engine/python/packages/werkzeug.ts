/**
 * Our werkzeug: the development server, by sockets, a request at a time (the real one takes a thread for
 * each). Lines of its log are those of Werkzeug 2.1.2.
 */
const SERVING = String.raw`import socket
import sys
import time
from urllib.parse import unquote

class _Raw:
    pass

def _log(text):
    sys.stderr.write(text + '\n')

def _read(conn):
    data = b''
    while b'\r\n\r\n' not in data:
        part = conn.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b'\r\n\r\n')
    lines = head.decode().split('\r\n')
    raw = _Raw()
    words = lines[0].split(' ')
    raw.line = lines[0]
    raw.method = words[0]
    raw.target = words[1] if len(words) > 1 else '/'
    raw.path = unquote(raw.target.partition('?')[0])
    raw.headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(':')
        raw.headers[name.strip().title()] = value.strip()
    length = int(raw.headers.get('Content-Length', '0') or '0')
    while len(body) < length:
        part = conn.recv(65536)
        if not part:
            break
        body += part
    raw.body = body[:length]
    return raw

def _style(line, code):
    if code < 200:
        return '\x1b[1m' + line + '\x1b[0m'
    if code < 300:
        return line
    if code == 304:
        return '\x1b[36m' + line + '\x1b[0m'
    if code < 400:
        return '\x1b[32m' + line + '\x1b[0m'
    if code == 404:
        return '\x1b[33m' + line + '\x1b[0m'
    if code < 500:
        return '\x1b[31m\x1b[1m' + line + '\x1b[0m'
    return '\x1b[35m\x1b[1m' + line + '\x1b[0m'

def _answer(conn, app, peer):
    raw = _read(conn)
    if raw is None:
        return
    raw.peer = peer
    response = app.wsgi_app(raw)
    stamp = time.strftime('%d/%b/%Y %H:%M:%S')
    _log('%s - - [%s] "%s" %d -' % (peer, stamp, _style(raw.line, response.status_code), response.status_code))
    version = sys.version.split()[0]
    lines = ['HTTP/1.1 ' + response.status, 'Server: Werkzeug/2.1.2 Python/' + version,
             'Date: ' + time.strftime('%a, %d %b %Y %H:%M:%S GMT')]
    for name, value in response.headers.items():
        lines.append('%s: %s' % (name, value))
    for cookie in response.cookies:
        lines.append('Set-Cookie: ' + cookie)
    lines.append('Content-Length: %d' % len(response.data))
    lines.append('Connection: close')
    body = b'' if raw.method == 'HEAD' else response.data
    conn.sendall('\r\n'.join(lines).encode() + b'\r\n\r\n' + body)

def run_simple(hostname, port, application, use_reloader=False, use_debugger=False, **kw):
    server = socket.socket()
    server.bind((hostname, port))
    try:
        server.listen(128)
    except OSError as error:
        if error.errno == 98:
            _log('Address already in use\nPort %d is in use by another program. Either identify and stop that program, or start the server with a different port.' % port)
            sys.exit(1)
        raise
    if hostname == '0.0.0.0':
        own = socket.interfaces()
        _log(' * Running on all addresses (0.0.0.0)\n'
             '   WARNING: This is a development server. Do not use it in a production deployment.\n'
             ' * Running on http://127.0.0.1:%d\n * Running on http://%s:%d (Press CTRL+C to quit)' % (port, own[0] if own else '127.0.0.1', port))
    else:
        _log(' * Running on http://%s:%d (Press CTRL+C to quit)' % (hostname, port))
    if use_debugger:
        _log(' * Restarting with stat\n * Debugger is active!\n * Debugger PIN: 135-791-113')
    try:
        while True:
            conn, address = server.accept()
            try:
                _answer(conn, application, address[0])
            except (BrokenPipeError, ConnectionResetError):
                pass
            finally:
                conn.close()
    except KeyboardInterrupt:
        pass
`;

const MARKUPSAFE = String.raw`class Markup(str):
    def __html__(self):
        return self

def escape(value):
    if hasattr(value, '__html__'):
        return Markup(str(value))
    text = str(value)
    for plain, entity in [('&', '&amp;'), ('<', '&lt;'), ('>', '&gt;'), ('"', '&#34;'), ("'", '&#39;')]:
        text = text.replace(plain, entity)
    return Markup(text)
`;

const JINJA = String.raw`from markupsafe import escape, Markup
import re

class TemplateNotFound(Exception):
    pass

class TemplateSyntaxError(Exception):
    pass

class Undefined:
    def __str__(self):
        return ''
    def __bool__(self):
        return False
    def __iter__(self):
        return iter([])
    def __getattr__(self, name):
        raise UndefinedError('value is undefined')

class UndefinedError(Exception):
    pass

class _Item(dict):
    pass

def _split(source):
    return [part for part in re.split(r'(\{\{[^}]*\}\}|\{%[^%]*%\}|\{#[^#]*#\})', source) if part != '']

def _parse(parts, at, ends):
    nodes = []
    while at < len(parts):
        part = parts[at]
        at += 1
        if part.startswith('{{'):
            nodes.append(('value', part[2:-2].strip('- ')))
        elif part.startswith('{#'):
            pass
        elif part.startswith('{%'):
            text = part[2:-2].strip('- ').strip()
            word, _, rest = text.partition(' ')
            if word in ends:
                return nodes, at, word, rest.strip()
            if word == 'if':
                branches = []
                test = rest
                while True:
                    body, at, end, more = _parse(parts, at, ['elif', 'else', 'endif'])
                    branches.append((test, body))
                    if end == 'endif':
                        break
                    test = more if end == 'elif' else 'True'
                nodes.append(('if', branches))
            elif word == 'for':
                body, at, end, more = _parse(parts, at, ['else', 'endfor'])
                other = []
                if end == 'else':
                    other, at, end, more = _parse(parts, at, ['endfor'])
                target, _, items = rest.partition(' in ')
                nodes.append(('for', [t.strip() for t in target.split(',')], items, body, other))
            elif word == 'set':
                name, _, value = rest.partition('=')
                nodes.append(('set', name.strip(), value.strip()))
            elif word == 'block':
                body, at, end, more = _parse(parts, at, ['endblock'])
                nodes.append(('block', rest.strip(), body))
            elif word == 'extends':
                nodes.append(('extends', rest.strip().strip('"').strip("'")))
            elif word == 'include':
                nodes.append(('include', rest.strip().strip('"').strip("'")))
            else:
                raise TemplateSyntaxError('not simulated: the tag ' + word)
        else:
            nodes.append(('text', part))
    if ends:
        raise TemplateSyntaxError('Unexpected end of template. Jinja was looking for the following tags: ' + ' or '.join(["'%s'" % e for e in ends]) + '.')
    return nodes, at, '', ''

def _names(context):
    names = {}
    for key, value in context.items():
        names[key] = value
    return names

def _filter(name, value, args):
    if name in ('safe',):
        return Markup(str(value))
    if name in ('e', 'escape'):
        return escape(value)
    if name == 'upper':
        return str(value).upper()
    if name == 'lower':
        return str(value).lower()
    if name == 'title':
        return str(value).title()
    if name == 'capitalize':
        return str(value).capitalize()
    if name == 'length' or name == 'count':
        return len(value)
    if name == 'join':
        return (args[0] if args else '').join([str(v) for v in value])
    if name == 'default' or name == 'd':
        return args[0] if isinstance(value, Undefined) else value
    if name == 'int':
        return int(value)
    if name == 'round':
        return round(value, *args)
    if name == 'sort':
        return sorted(value)
    if name == 'first':
        return list(value)[0]
    if name == 'last':
        return list(value)[-1]
    if name == 'trim':
        return str(value).strip()
    if name == 'tojson':
        import json
        return Markup(json.dumps(value))
    raise TemplateSyntaxError("No filter named '%s'." % name)

def _evaluate(text, context):
    parts = re.split(r'\|(?=\s*[a-z])', text)
    value = _plain(parts[0], context)
    for part in parts[1:]:
        name, _, rest = part.strip().partition('(')
        args = _plain('[' + rest.rstrip(')') + ']', context) if rest else []
        value = _filter(name.strip(), value, args)
    return value

def _plain(text, context):
    try:
        return evaluate_in(text.strip(), context)
    except (NameError, KeyError, AttributeError) as error:
        return Undefined()

from _template import evaluate_in

def _run(nodes, context, loader, auto, blocks):
    out = []
    for node in nodes:
        kind = node[0]
        if kind == 'text':
            out.append(node[1])
        elif kind == 'value':
            value = _evaluate(node[1], context)
            out.append(str(escape(value)) if auto else str(value))
        elif kind == 'if':
            for test, body in node[1]:
                if _evaluate(test, context):
                    out.append(_run(body, context, loader, auto, blocks))
                    break
        elif kind == 'for':
            items = list(_evaluate(node[2], context))
            if not items:
                out.append(_run(node[4], context, loader, auto, blocks))
            for i, item in enumerate(items):
                inner = dict(context)
                if len(node[1]) == 1:
                    inner[node[1][0]] = item
                else:
                    for name, value in zip(node[1], item):
                        inner[name] = value
                inner['loop'] = _Loop(i, len(items))
                out.append(_run(node[3], inner, loader, auto, blocks))
        elif kind == 'set':
            context[node[1]] = _evaluate(node[2], context)
        elif kind == 'block':
            out.append(_run(blocks.get(node[1], node[2]), context, loader, auto, blocks))
        elif kind == 'include':
            out.append(render(loader(node[1]), context, loader, auto))
    return ''.join(out)

class _Loop:
    def __init__(self, at, length):
        self.index0 = at
        self.index = at + 1
        self.first = at == 0
        self.last = at == length - 1
        self.length = length

def render(source, context, loader=None, auto=False, blocks=None):
    nodes = _parse(_split(source), 0, [])[0]
    blocks = dict(blocks or {})
    for node in nodes:
        if node[0] == 'block':
            blocks.setdefault(node[1], node[2])
    for node in nodes:
        if node[0] == 'extends':
            return render(loader(node[1]), context, loader, auto, blocks)
    return _run(nodes, dict(context), loader, auto, blocks)

class Template:
    def __init__(self, source):
        self.source = source
    def render(self, *args, **values):
        context = dict(*args)
        context.update(values)
        return render(self.source, context)
`;

export const WERKZEUG_FILES: Readonly<Record<string, string>> = {
  'werkzeug/__init__.py': "__version__ = '2.1.2'\n",
  'werkzeug/serving.py': SERVING,
  'werkzeug/exceptions.py': 'from flask.exceptions import HTTPException\n',
};
export const MARKUPSAFE_FILES: Readonly<Record<string, string>> = {
  'markupsafe/__init__.py': MARKUPSAFE,
};
export const JINJA_FILES: Readonly<Record<string, string>> = { 'jinja2/__init__.py': JINJA };
