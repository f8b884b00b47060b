/** jq's functions that are written in jq itself, as many are in its `builtin.jq`. */
export const PRELUDE = `
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def recurse: ..;
def recurse(f): def r: ., (f | r); r;
def recurse(f; cond): def r: ., (f | select(cond) | r); r;
def values: select(. != null);
def nulls: select(. == null);
def strings: select(type == "string");
def numbers: select(type == "number");
def booleans: select(type == "boolean");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: reduce .[] as $x ({}; . + {($x | if .key == null then .k // .name // .Name //
  .K // .Key else .key end | if type == "string" then . else tojson end): ($x | if has("value")
  then .value elif has("v") then .v else .Value end)});
def with_entries(f): to_entries | map(f) | from_entries;
def map_values(f): .[] |= f;
def del(f): delpaths([path(f)]);
def paths: path(..) | select(length > 0);
def paths(f): path(.. | select(f)) | select(length > 0);
def leaf_paths: paths(scalars);
def add: reduce .[] as $x (null; . + $x);
def add(f): reduce f as $x (null; . + $x);
def any: reduce .[] as $x (false; . or $x);
def all: reduce .[] as $x (true; . and $x);
def any(f): reduce (.[] | f) as $x (false; . or $x);
def all(f): reduce (.[] | f) as $x (true; . and $x);
def any(g; c): isempty(first(g | c | select(.))) | not;
def all(g; c): isempty(first(g | c | select(. | not)));
def in(o): . as $k | o | has($k);
def inside(o): . as $x | o | contains($x);
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def last(f): reduce f as $x (null; $x);
def nth($n; f): last(limit($n + 1; f));
def until(c; u): def w: if c then . else (u | w) end; w;
def while(c; u): def w: if c then ., (u | w) else empty end; w;
def repeat(f): def r: ., (f | r); r;
def range($n): range(0; $n);
def range($a; $b): _range($a; $b; 1)[];
def range($a; $b; $s): _range($a; $b; $s)[];
def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique_by(f): [group_by(f)[] | .[0]];
def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def unique: unique_by(.);
def error($m): $m | error;
def join($s): reduce .[] as $x (null; (if . == null then "" else . + $s end) + ($x | if . == null
  then "" elif type == "string" then . else tojson end)) // "";
def ascii_downcase: _downcase;
def ascii_upcase: _upcase;
def test($re): _match($re; null) | length > 0;
def test($re; $f): _match($re; $f) | length > 0;
def match($re): _match($re; null)[];
def match($re; $f): _match($re; $f)[];
def capture($re): match($re) | [.captures[] | select(.name != null) | {key: .name, value:
  .string}] | from_entries;
def capture($re; $f): match($re; $f) | [.captures[] | select(.name != null) | {key: .name, value:
  .string}] | from_entries;
def scan($re): match($re; "g") | if (.captures | length) > 0 then [.captures[].string] else
  .string end;
def splits($re): split($re; null)[];
def sub($re; f): sub($re; f; "");
def gsub($re; f): sub($re; f; "g");
def sub($re; f; $flags): . as $in | (reduce _match($re; $flags)[] as $m ([0, ""]; . as [$at,
  $out] | ($m.captures | map(select(.name != null) | {key: .name, value: .string}) |
  from_entries) as $c | [$m.offset + $m.length, $out + $in[$at:$m.offset] + ($c | f)])) | .[1] +
  $in[.[0]:];
def gsub($re; f; $flags): sub($re; f; $flags + "g");
def ascii: [.] | implode;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdate: fromdateiso8601;
def date: todate;
def flatten: flatten(-1);
def index($s): indices($s) | .[0];
def rindex($s): indices($s) | .[-1];
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else
  . end | f; w;
def env: $ENV;
def halt_error: error;
def input_line_number: 0;
def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .];
  [$p + $q]);
def transpose: if . == [] then [] else . as $in | (map(length) | max) as $m | [range(0; $m) as $j
  | [range(0; $in | length) as $i | $in[$i][$j]]] end;
`;
