/** Where bash, dash and BusyBox's ash differ: one script, three answers, as the real ones give them. */
import { expect, test } from 'vitest';
import { runShell } from './harness';

function run(shell: 'bash' | 'dash' | 'ash', script: string): string {
  const { text, exit } = runShell(shell, ['s'], { '/tmp/s': script });
  return text + (exit ? `[${exit}]` : '');
}

/** Script, then what bash, dash and ash write (both outputs) and end with. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ['x=1; x+=2; echo $x', '12\n', 's: 1: x+=2: not found\n1\n', 's: line 1: x+=2: not found\n1\n'],
  ['echo $((1 || (x=5))) $x', '1\n', '1\n', '1 5\n'],
  ['echo $((2**3))', '8\n', 's: 1: arithmetic expression: expecting primary: "2**3"\n[2]', '8\n'],
  ['f() { local x; echo "[$x]"; }; x=9; f', '[]\n', '[9]\n', '[]\n'],
  [
    "eval 'nosuch'",
    's: line 1: nosuch: command not found\n[127]',
    's: 1: eval: nosuch: not found\n[127]',
    's: eval: line 1: nosuch: not found\n[127]',
  ],
  [
    '[ a = ]; echo $?',
    's: line 1: [: a: unary operator expected\n2\n',
    's: 1: [: =: argument expected\n2\n',
    'ash: =: argument expected\n2\n',
  ],
  [
    'f() { local -a x=(1 2); }; f',
    '',
    's: 1: Syntax error: "(" unexpected (expecting "}")\n[2]',
    's: line 1: syntax error: unexpected "(" (expecting "}")\n[2]',
  ],
  [
    "printf '%d\\n' x; echo $?",
    's: line 1: printf: x: invalid number\n0\n1\n',
    's: 1: printf: x: expected numeric value\n0\n1\n',
    "ash: invalid number 'x'\n0\n1\n",
  ],
  [
    'trap "echo it\'s" TERM; trap',
    "trap -- 'echo it'\\''s' SIGTERM\n",
    "trap -- 'echo it'\"'\"'s' TERM\n",
    "trap -- 'echo it'\"'\"'s' TERM\n",
  ],
  [
    '! ! true; echo $?',
    '0\n',
    's: 1: Syntax error: "!" unexpected\n[2]',
    's: line 1: syntax error: unexpected "!"\n[2]',
  ],
];

test.each(CASES)('%s', (script, bash, dash, ash) => {
  const ordered = (text: string) => text.split('\n').sort().join('\n');
  expect(ordered(run('bash', script))).toBe(ordered(bash));
  expect(ordered(run('dash', script))).toBe(ordered(dash));
  expect(ordered(run('ash', script))).toBe(ordered(ash));
});

test('functions are printed as bash lays them out', () => {
  const text = run(
    'bash',
    'f() { if a; then (b; c); fi; while x; do y; done; { d; }; }; declare -f f',
  );
  expect(text).toBe(
    'f () \n{ \n    if a; then\n        ( b;\n        c );\n    fi;\n    while x; do\n        y;\n' +
      '    done;\n    { \n        d\n    }\n}\n',
  );
});

test('a killed timeout, a trap on exit and lastpipe', () => {
  expect(run('bash', 'timeout -s KILL 0.1 sleep 5; echo $?')).toMatch(/Killed +timeout.*\n137\n$/);
  expect(run('bash', "trap 'echo ex' EXIT; kill -TERM $$; sleep 1")).toBe('ex\n');
  expect(run('bash', 'shopt -s lastpipe; echo a | read v; echo "[$v]"')).toBe('[a]\n');
});

test('numbers are rounded from all their digits', () => {
  expect(run('bash', "printf '%.2f %.0f\\n' 2.005 2.5")).toBe('2.01 2\n');
  expect(run('dash', "printf '%.2f %.0f\\n' 2.005 2.5")).toBe('2.00 2\n');
});

test('tools refuse what BusyBox refuses', () => {
  expect(run('ash', "printf 'a\\n' | sed -n '1~2p'")).toContain('sed: unsupported command ~');
  expect(run('bash', "printf 'a\\nb\\n' | sed -n '1~2p'")).toBe('a\n');
  expect(run('bash', "echo aab | grep -oE 'a+?'")).toBe('aa\n');
  expect(run('bash', 'TZ=UTC-2 date -d @0 +%H%z')).toBe('02+0200\n');
});
