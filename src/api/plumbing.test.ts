/** The rules of the API's plumbing, with sentences recorded from a real engine. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../base';
import {
  ApiCall,
  answerBeforeRoutes,
  answerNotFound,
  decodeBody,
  dispatch,
  familiarString,
  isFilters,
  isReferenceError,
  parseFilters,
  parseReference,
  route,
  type ApiHead,
  type Shape,
} from './index';
import { decodeUtf8 } from '../base';

const CONFIG: Shape = {
  struct: 'runconfig.ContainerConfigWrapper',
  fields: {
    Image: 'string',
    Cmd: 'strings',
    HostConfig: {
      struct: 'container.HostConfig',
      fields: {
        PortBindings: {
          map: { list: { struct: 'nat.PortBinding', fields: { HostPort: 'string' } } },
        },
      },
    },
  },
};

function exchange(method: string, path: string, body = '', type = 'application/json') {
  const seen = { head: undefined as ApiHead | undefined, text: '' };
  const call = new ApiCall(
    { method, path, headers: type === '' ? {} : { 'content-type': type }, body: encodeUtf8(body) },
    {
      head: (head) => (seen.head = head),
      data: (bytes) => (seen.text += decodeUtf8(bytes)),
      end: () => undefined,
    },
  );
  return { seen, call };
}

function bodyError(text: string, family: 'bare' | 'read-json' = 'bare') {
  const result = decodeBody(exchange('POST', '/x', text).call, CONFIG, family);
  return 'status' in result ? `${result.status} ${result.message}` : result.value;
}

describe('bodies', () => {
  it('answers with the words of Go', () => {
    expect(bodyError('')).toBe('500 EOF');
    expect(bodyError('', 'read-json')).toBe('400 got EOF while reading request body');
    expect(bodyError('{"Image": ')).toBe('500 unexpected EOF');
    expect(bodyError('hello')).toBe("500 invalid character 'h' looking for beginning of value");
    expect(bodyError('{"Image":5}')).toBe(
      '500 json: cannot unmarshal number into Go struct field ContainerConfigWrapper.Image of type string',
    );
    expect(bodyError('[]')).toBe(
      '500 json: cannot unmarshal array into Go value of type runconfig.ContainerConfigWrapper',
    );
    expect(bodyError('{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":5}]}}}')).toBe(
      '500 json: cannot unmarshal number into Go struct field PortBinding.HostConfig.PortBindings.HostPort of type string',
    );
    expect(bodyError('{"image":"a","Cmd":"x","n":1} trailing')).toEqual({ Image: 'a', Cmd: ['x'] });
    expect(bodyError('null')).toBe(null);
  });

  it('wants the JSON content type', () => {
    const { call } = exchange('POST', '/x', '{}', 'text/plain');
    expect(decodeBody(call, CONFIG, 'bare')).toEqual({
      status: 400,
      message: "Content-Type specified (text/plain) must be 'application/json'",
    });
  });
});

describe('filters', () => {
  const read = (text: string) => {
    const result = parseFilters(text);
    return isFilters(result) ? [...result] : result.message;
  };
  it('takes both forms and refuses the rest', () => {
    expect(read('{"status":{"running":true}}')).toEqual([['status', ['running']]]);
    expect(read('{"status":["running"]}')).toEqual([['status', ['running']]]);
    expect(read('notjson')).toBe("invalid character 'o' in literal null (expecting 'u')");
    expect(read('["a"]')).toBe(
      'json: cannot unmarshal array into Go value of type map[string]map[string]bool',
    );
  });
});

describe('references', () => {
  const familiar = (text: string) => {
    const result = parseReference(text);
    return isReferenceError(result) ? result.referenceError : familiarString(result);
  };
  it('normalises and shortens', () => {
    expect(familiar('nginx:1.12')).toBe('nginx:1.12');
    expect(familiar('docker.io/library/nginx')).toBe('nginx');
    expect(familiar('localhost:5000/a/b:1')).toBe('localhost:5000/a/b:1');
    expect(familiar('index.docker.io/traefik/whoami')).toBe('traefik/whoami');
    expect(familiar('UPPER')).toBe('invalid reference format: repository name must be lowercase');
    expect(familiar('a:b:c')).toBe('invalid reference format');
    expect(familiar('')).toBe('invalid reference format');
  });
});

describe('routes', () => {
  const router = [
    route<string>('GET /images/{name:.*}/json', (owner, call, { name }) =>
      call.json(200, owner + name),
    ),
  ];
  const answer = (method: string, path: string) => {
    const { seen, call } = exchange(method, path);
    if (!answerBeforeRoutes(call) && !dispatch(router, 'got ', call)) answerNotFound(call);
    return `${seen.head?.status} ${seen.head?.headers['Location'] ?? seen.text.trim()}`;
  };
  it('matches with and without a version', () => {
    expect(answer('GET', '/v1.41/images/a/b/json')).toBe('200 "got a/b"');
    expect(answer('GET', '/images/a/json')).toBe('200 "got a"');
    expect(answer('POST', '/images/a/json')).toBe('404 {"message":"page not found"}');
    expect(answer('OPTIONS', '/nosuch')).toBe('200 ');
    expect(answer('GET', '/v1.41//version')).toBe('301 /v1.41/version');
    expect(answer('GET', '/v1.42/images/a/json')).toBe(
      '400 {"message":"client version 1.42 is too new. Maximum supported API version is 1.41"}',
    );
    expect(answer('GET', '/v1.42/nosuch')).toBe('404 {"message":"page not found"}');
  });
});
