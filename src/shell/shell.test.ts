/** Scripts on the real kernel: what they print, and how they end. */
import { expect, test } from 'vitest';
import { runShell } from './harness';

function check(
  shell: 'bash' | 'dash' | 'ash' | 'sh',
  script: string,
  text: string,
  exit = 0,
): void {
  expect(runShell(shell, ['-c', script])).toEqual({ text, exit });
}

test('pipelines are processes and have a status', () => {
  check(
    'bash',
    'seq 3 | while read n; do echo "<$n>"; done | tail -n 1; echo ${PIPESTATUS[*]}',
    '<3>\n0 0 0\n',
  );
  check('bash', 'set -o pipefail; false | true; echo $?', '1\n');
});

test('a reader that leaves ends an endless writer', () => {
  check('dash', 'yes | head -n 2', 'y\ny\n');
});

test('expansions', () => {
  check('bash', 'a=(x "y z"); printf "[%s]" "${a[@]}" ${#a[@]}; echo', '[x][y z][2]\n');
  check('dash', 'x=a.tar.gz; echo ${x%%.*} ${x#*.} $((2 * 3)) $(echo in)', 'a tar.gz 6 in\n');
});

test('background jobs and traps', () => {
  check('bash', 'sleep 1 & wait $!; trap "echo bye" EXIT; echo end', 'end\nbye\n');
  check('dash', '(exit 3) & wait $!; echo $?', '3\n');
});

test('an endless loop costs time and can be killed', () => {
  check('bash', 'timeout 0.01 bash -c "while :; do :; done"; echo $?', '124\n');
});

test('errors have the words of their shell', () => {
  check('bash', 'nosuch', 'bash: line 1: nosuch: command not found\n', 127);
  check('dash', 'nosuch', 'dash: 1: nosuch: not found\n', 127);
  check('bash', 'if', 'bash: -c: line 2: syntax error: unexpected end of file\n', 2);
});

test('text tools', () => {
  check('bash', "printf 'b 2\\na 1\\n' | sort | sed 's/ /-/' | tr a-z A-Z", 'A-1\nB-2\n');
  check('bash', 'echo one > f; find . -name f | xargs grep -c o', '1\n');
});

test('the larger tools work in pipes', () => {
  const check = (script: string, text: string) =>
    expect(runShell('bash', ['-c', script]).text).toBe(text);
  check(`printf 'a 1\\nb 2\\n' | awk '{ s += $2 } END { print s, NR }'`, '3 2\n');
  check(`awk 'BEGIN { "echo x" | getline v; print v; exit 3 }'; echo $?`, 'x\n3\n');
  check(`echo '[{"n":"a","v":[1,2]}]' | jq -c '.[] | {(.n): (.v | add)}'`, '{"a":3}\n');
  check(`echo '{"a":{"b":1}}' | jq -c '.a.b |= . + 1 | del(.x)'`, '{"a":{"b":2}}\n');
  check(`echo hi > f; tar czf f.tgz f; rm f; tar xzf f.tgz; cat f`, 'hi\n');
  check(`seq 5 > a; seq 2 6 > b; diff a b`, '1d0\n< 1\n5a5\n> 6\n');
  check(`printf abc | od -An -tx1; expr 3 \\* 4`, ' 61 62 63\n12\n');
});
