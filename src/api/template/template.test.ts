import { describe, expect, test } from 'vitest';
import { GoDuration, GoTime, NO_FIELD, Template, TemplateError, type GoObject } from './index';

function check(text: string, data: unknown, expected: string, strict = false) {
  let got: string;
  try {
    got = new Template(text).run(data, strict);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    got = error.message;
  }
  expect(got).toBe(expected);
}

const context: GoObject = {
  goType: '*formatter.ContainerContext',
  get: (name) => (name === 'Names' ? 'web' : NO_FIELD),
  toJson: () => ({ Names: 'web' }),
  values: () => ['web'],
  isGoObject: true,
};

describe('templates', () => {
  test.each([
    ['{{.A}}-{{.B.C}}', { A: 1, B: { C: 'x' } }, '1-x'],
    ['{{range .L}}{{.}},{{end}}', { L: ['a', 'b'] }, 'a,b,'],
    ['{{range $i, $v := .L}}{{$i}}={{$v}};{{end}}', { L: ['a', 'b'] }, '0=a;1=b;'],
    ['{{range $k, $v := .M}}{{$k}}{{$v}}{{println}}{{end}}', { M: { b: 2, a: 1 } }, 'a1\nb2\n'],
    ['{{if .A}}y{{else if .B}}z{{else}}n{{end}}', { A: '', B: 0 }, 'n'],
    ['{{with .A}}{{.B}}{{end}}', { A: { B: 3 } }, '3'],
    ['a {{- 1 -}} b', {}, 'a1b'],
    ['{{json .}}', { b: [1, null], a: '<x>' }, '{"a":"<x>","b":[1,null]}'],
    ['{{.L}} {{.M}}', { L: ['a', 1], M: { x: 'y' } }, '[a 1] map[x:y]'],
    ['{{.Nope}}', {}, '<no value>'],
    ['{{.A}}', { A: null }, '<no value>'],
    ['{{upper "a"}}{{"bC" | lower}}{{title "ab cd"}}', {}, 'AbcAb Cd'],
    ['{{join (split "a,b" ",") "+"}}', {}, 'a+b'],
    ['{{index .M "a b"}}{{len .L}}', { M: { 'a b': 1 }, L: [1, 2] }, '12'],
    ['{{printf "%-5s|%03d|%q|%v" "ab" 7 "x" true}}', {}, 'ab   |007|"x"|true'],
    ['{{eq .A "x" "y"}} {{and 1 0}} {{or 0 "z"}} {{not 1}}', { A: 'y' }, 'true 0 z false'],
    ['{{$x := .A}}{{$x}}{{$x = 2}}{{$x}}', { A: 1 }, '12'],
    ['{{/* c */}}x{{define "t"}}<{{.}}>{{end}}{{template "t" .A}}', { A: 5 }, 'x<5>'],
    ['{{range .L}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}', { L: [1, 2, 3] }, '1'],
    [
      '{{.D}} {{.T}}',
      { D: new GoDuration(5e9), T: new GoTime('2026-01-02T03:04:05.60Z') },
      '5s 2026-01-02 03:04:05.6 +0000 UTC',
    ],
    ['{{pad "x" 1 2}}{{truncate "abcdef" 3}}', {}, ' x  abc'],
  ])('%s', (text, data, expected) => check(text, data, expected));

  test('errors are those of Go', () => {
    check('{{', {}, 'template: :1: unclosed action');
    check('{{.Id', {}, 'template: :1: unclosed action');
    check(
      '{{.Nosuch}}',
      context,
      'template: :1:2: executing "" at <.Nosuch>: ' +
        "can't evaluate field Nosuch in type *formatter.ContainerContext",
    );
    check(
      '{{.NoSuch}}',
      {},
      'template: :1:2: executing "" at <.NoSuch>: map has no entry for key "NoSuch"',
      true,
    );
    check('{{nosuch}}', {}, 'template: :1: function "nosuch" not defined');
    check('{{end}}', {}, 'template: :1: unexpected {{end}}');
    check('{{if .A}}', {}, 'template: :1: unexpected EOF');
    check('{{$x}}', {}, 'template: :1: undefined variable "$x"');
    check('{{}}', {}, 'template: :1: missing value for command');
    check(
      '{{.A.B}}',
      { A: 'x' },
      'template: :1:4: executing "" at <.A.B>: can\'t evaluate field B in type interface {}',
    );
  });
});
