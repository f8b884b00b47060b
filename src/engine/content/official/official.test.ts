import { expect, test } from 'vitest';
import { parseReference, withDefaultTag, type ImageReference } from '../../../api';
import { findManifest } from '../hub';
import { imageSize } from '../image';
import { REAL_CATALOGUE } from '../real-images';

function pulled(name: string) {
  const found = findManifest('real', withDefaultTag(parseReference(name) as ImageReference));
  if (typeof found !== 'object') throw new Error(`${name}: ${found}`);
  return found.image;
}

test('no tag of a repository is given twice', () => {
  const names = REAL_CATALOGUE.flatMap((image) =>
    image.tags.map((tag) => `${image.repository}:${tag}`),
  );
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('every instruction that makes a layer has one, and only those', () => {
  for (const { repository, tags, steps } of REAL_CATALOGUE)
    for (const { createdBy, comment, layer } of steps.slice(2)) {
      if (comment === undefined) continue;
      const makes = /^(RUN|COPY|WORKDIR) /.test(createdBy);
      expect([repository, tags[0], createdBy, layer !== undefined]).toEqual([
        repository,
        tags[0],
        createdBy,
        makes,
      ]);
    }
});

test('the python image of the lab', () => {
  const image = pulled('python:3.10.5-alpine');
  expect(image.config.Cmd).toEqual(['python3']);
  expect(image.config.Env).toEqual([
    'PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'LANG=C.UTF-8',
    'GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
    'PYTHON_VERSION=3.10.5',
    'PYTHON_PIP_VERSION=22.0.4',
    'PYTHON_SETUPTOOLS_VERSION=58.1.0',
    'PYTHON_GET_PIP_URL=https://github.com/pypa/get-pip/raw/6ce3639da143c5d79b44f94b04080abf2531fd6e/public/get-pip.py',
    'PYTHON_GET_PIP_SHA256=ba3ab8267d91fd41c58dbce08f76db99f747f716d85ce1865813842bb035524d',
  ]);
  expect(image.layers).toHaveLength(5);
  expect(Math.round(imageSize(image) / 100_000) / 10).toBe(48.7);
});

test.each([
  ['python', 8],
  ['python:3.11-slim', 5],
  ['node:18-alpine', 4],
  ['postgres:16-alpine', 8],
  ['mongo', 9],
  ['golang:1.21', 7],
  ['registry:2', 5],
  ['haproxy', 5],
  ['debian:bookworm-slim', 1],
])('%s has %i layers, on a base that others share', (name, count) => {
  expect(pulled(name).layers).toHaveLength(count);
});

test('images of one base share its layers', () => {
  const base = pulled('alpine:3.18').layers[0]!.diffId;
  for (const name of ['node:18-alpine', 'registry:2', 'python:3.12-alpine', 'haproxy:alpine'])
    expect(pulled(name).layers[0]!.diffId).toBe(base);
});
