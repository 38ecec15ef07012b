/** Receivers that do their worst, each over a real socket. */

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { drip, say, sayEndlessly, type Talk } from './tcp.ts';

/** What a receiver does, and what an attempt to it comes to. */
export interface Hostility {
  readonly what: string;
  readonly talk: Talk;
  /** `succeeded`, or the error code. */
  readonly comesTo: string;
  /** How the body ended; null when there was no response. */
  readonly end: string | null;
  /** What is noted of the response. Default: nothing. */
  readonly warnings?: readonly string[];
}

const ok = (...lines: readonly string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const CHUNKED = ok('transfer-encoding: chunked');
const MEGABYTE = 1_048_576;
const much = (text: string, bytes = 65_536) => Buffer.from(text.repeat(Math.ceil(bytes / text.length)));
const hundredMegabytes = Buffer.alloc(100_000_000, 'a');
const brotliBomb = brotliCompressSync(hundredMegabytes);
/** A stored deflate block of no bytes, which is not the last: it can be repeated for ever, and comes to nothing. */
const EMPTY_BLOCK = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

const slow: readonly Hostility[] = [
  { what: 'silence', talk: () => {}, comesTo: 'RESPONSE_TIMEOUT', end: null },
  { what: 'a drip-fed header', talk: drip('HTTP/1.1 200 OK\r\nx-a: ', 'a'), comesTo: 'RESPONSE_TIMEOUT', end: null },
  {
    what: 'drip-fed header lines',
    talk: drip('HTTP/1.1 200 OK\r\n', 'a:\r\n'),
    comesTo: 'RESPONSE_TIMEOUT',
    end: null,
  },
  { what: 'a header that stops', talk: say('HTTP/1.1 200 OK\r\n'), comesTo: 'RESPONSE_TIMEOUT', end: null },
  { what: 'a drip-fed body', talk: drip(ok('content-length: 999999'), 'a'), comesTo: 'BODY_TIMEOUT', end: 'TIMEOUT' },
  { what: 'a body without end', talk: drip(ok(), 'a'), comesTo: 'BODY_TIMEOUT', end: 'TIMEOUT' },
  { what: 'drip-fed chunks', talk: drip(CHUNKED, '1\r\na\r\n'), comesTo: 'BODY_TIMEOUT', end: 'TIMEOUT' },
  { what: 'a chunk that never begins', talk: say(CHUNKED, 'ff'), comesTo: 'BODY_TIMEOUT', end: 'TIMEOUT' },
  { what: 'a body that stops', talk: say(ok('content-length: 9'), 'abc'), comesTo: 'BODY_TIMEOUT', end: 'TIMEOUT' },
  { what: 'trailers that stop', talk: say(CHUNKED, '0\r\nx: y\r\n'), comesTo: 'BODY_TIMEOUT', end: 'TIMEOUT' },
  {
    what: 'gzip that stops',
    talk: say(ok('content-encoding: gzip', 'content-length: 99'), gzipSync('thank you').subarray(0, 15)),
    comesTo: 'BODY_TIMEOUT',
    end: 'TIMEOUT',
  },
];

const large: readonly Hostility[] = [
  {
    what: 'an endless body',
    talk: sayEndlessly(ok(), much('a')),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
  {
    what: '100 MB',
    talk: sayEndlessly(ok('content-length: 104857600'), much('a')),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_TOO_LONG'],
  },
  {
    what: 'an endless chunk',
    talk: sayEndlessly(`${CHUNKED}7fffffff\r\n`, much('a')),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
  {
    what: 'endless tiny chunks',
    talk: sayEndlessly(CHUNKED, much('1\r\na\r\n')),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
  {
    what: 'chunks with long extensions',
    talk: sayEndlessly(CHUNKED, much(`1;x=${'y'.repeat(8_000)}\r\na\r\n`)),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
  {
    what: 'an endless chunk extension',
    talk: sayEndlessly(`${CHUNKED}1;x=`, much('y')),
    comesTo: 'PROTOCOL_ERROR',
    end: 'RESET',
  },
  {
    what: 'endless zeros before a chunk size',
    talk: sayEndlessly(CHUNKED, much('0')),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
  {
    what: 'endless trailers',
    talk: sayEndlessly(`${CHUNKED}0\r\n`, much('a: b\r\n')),
    comesTo: 'HEADERS_TOO_LARGE',
    end: 'RESET',
  },
  {
    what: 'a gzip bomb',
    talk: say(ok('content-encoding: gzip'), gzipSync(hundredMegabytes)),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_EXPANDS'],
  },
  {
    what: 'a deflate bomb',
    talk: say(ok('content-encoding: deflate'), deflateSync(hundredMegabytes)),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_EXPANDS'],
  },
  {
    what: 'a brotli bomb, which is kept as it came',
    talk: say(ok('content-encoding: br', `content-length: ${brotliBomb.length}`), brotliBomb),
    comesTo: 'succeeded',
    end: 'COMPLETE',
    warnings: ['BODY_ENCODED'],
  },
  {
    what: 'endless gzip of nothing',
    talk: sayEndlessly(Buffer.concat([Buffer.from(ok('content-encoding: gzip')), GZIP_HEADER]), repeated(EMPTY_BLOCK)),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
  {
    what: '10 000 headers',
    talk: say(ok(...Array.from({ length: 10_000 }, (_, index) => `x-${index}: y`))),
    comesTo: 'TOO_MANY_HEADERS',
    end: null,
  },
  {
    what: 'a header of 1 MB',
    talk: say(ok(`x: ${'y'.repeat(MEGABYTE)}`)),
    comesTo: 'HEADERS_TOO_LARGE',
    end: null,
  },
  {
    what: 'an endless header name',
    talk: sayEndlessly('HTTP/1.1 200 OK\r\n', much('y')),
    comesTo: 'HEADERS_TOO_LARGE',
    end: null,
  },
  {
    what: 'an endless status line',
    talk: sayEndlessly('HTTP/1.1 200 ', much('y')),
    comesTo: 'HEADERS_TOO_LARGE',
    end: null,
  },
  { what: 'endless blank lines', talk: sayEndlessly('\r\n', much('\r\n')), comesTo: 'NO_FINAL_RESPONSE', end: null },
  {
    what: 'endless 100 Continue',
    talk: sayEndlessly('', much('HTTP/1.1 100 Continue\r\n\r\n')),
    comesTo: 'NO_FINAL_RESPONSE',
    end: null,
  },
  {
    what: 'endless 103 Early Hints with headers',
    talk: sayEndlessly('', much(`HTTP/1.1 103 Early Hints\r\nlink: ${'x'.repeat(8_000)}\r\n\r\n`)),
    comesTo: 'NO_FINAL_RESPONSE',
    end: null,
  },
];

const wrong: readonly Hostility[] = [
  { what: 'HTTP/0.9', talk: (socket) => socket.end('<html>hello</html>'), comesTo: 'PROTOCOL_ERROR', end: null },
  { what: 'HTTP/2', talk: say(Buffer.from('00001204000000000000', 'hex')), comesTo: 'PROTOCOL_ERROR', end: null },
  {
    what: 'bare line feeds',
    talk: say('HTTP/1.1 200 OK\ncontent-length: 0\n\n'),
    comesTo: 'PROTOCOL_ERROR',
    end: null,
  },
  { what: 'a folded header', talk: say(ok('x: y', ' z', 'content-length: 0')), comesTo: 'PROTOCOL_ERROR', end: null },
  { what: 'U+0000 in a header', talk: say(ok('x: a\0b')), comesTo: 'PROTOCOL_ERROR', end: null },
  { what: 'a space in a header name', talk: say(ok('x y: z')), comesTo: 'PROTOCOL_ERROR', end: null },
  { what: 'status 99', talk: say('HTTP/1.1 99 Odd\r\n\r\n'), comesTo: 'PROTOCOL_ERROR', end: null },
  {
    what: 'another protocol',
    talk: say('HTTP/1.1 101 Yes\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    comesTo: 'PROTOCOL_ERROR',
    end: null,
  },
  {
    what: 'a content-length that overflows',
    talk: say(ok(`content-length: ${'9'.repeat(40)}`)),
    comesTo: 'PROTOCOL_ERROR',
    end: null,
  },
  { what: 'a negative content-length', talk: say(ok('content-length: -1')), comesTo: 'PROTOCOL_ERROR', end: null },
  {
    what: 'two content-lengths',
    talk: say(ok('content-length: 1', 'content-length: 2'), 'ab'),
    comesTo: 'PROTOCOL_ERROR',
    end: null,
  },
  {
    what: 'two framings',
    talk: say(ok('content-length: 1', 'transfer-encoding: chunked'), '0\r\n\r\n'),
    comesTo: 'PROTOCOL_ERROR',
    end: null,
  },
  { what: 'a chunk size that is no number', talk: say(CHUNKED, 'zz\r\n'), comesTo: 'PROTOCOL_ERROR', end: 'RESET' },
  {
    what: 'a chunk size that overflows',
    talk: say(CHUNKED, `${'f'.repeat(17)}\r\n`),
    comesTo: 'PROTOCOL_ERROR',
    end: 'RESET',
  },
  {
    what: 'a content-length of petabytes, and then the end',
    talk: (socket) => socket.end(`${ok('content-length: 9007199254740991')}abc`),
    comesTo: 'CONNECTION_CLOSED',
    end: 'RESET',
  },
  {
    what: 'a body that is not compressed as announced',
    talk: say(ok('content-encoding: gzip', 'content-length: 5'), 'plain'),
    comesTo: 'succeeded',
    end: 'UNDECODABLE',
  },
];

/** Accepted, whatever may be said of them. */
const odd: readonly Hostility[] = [
  {
    what: 'a body that is not UTF-8',
    talk: say(ok('content-length: 3'), Buffer.from([0x61, 0xff, 0x62])),
    comesTo: 'succeeded',
    end: 'COMPLETE',
    warnings: ['BODY_NOT_UTF8'],
  },
  {
    what: 'a header beyond ASCII',
    talk: say(ok('x: grüße', 'content-length: 0')),
    comesTo: 'succeeded',
    end: 'COMPLETE',
    warnings: ['HEADERS_NOT_ASCII'],
  },
  {
    what: 'a body in two codings, which is kept as it came',
    talk: say(ok('content-encoding: gzip, gzip', 'content-length: 2'), Buffer.from([0x1f, 0x8b])),
    comesTo: 'succeeded',
    end: 'COMPLETE',
    warnings: ['BODY_ENCODED'],
  },
  {
    what: 'an empty body in a coding that is not undone',
    talk: say(ok('content-encoding: br', 'content-length: 0')),
    comesTo: 'succeeded',
    end: 'COMPLETE',
  },
  {
    what: 'everything odd at once',
    talk: sayEndlessly(ok('x: grüße'), Buffer.alloc(65_536, 0xff)),
    comesTo: 'succeeded',
    end: 'CUT',
    warnings: ['HEADERS_NOT_ASCII', 'BODY_NOT_UTF8', 'BODY_UNANNOUNCED'],
  },
];

const broken: readonly Hostility[] = [
  { what: 'a reset', talk: (socket) => socket.resetAndDestroy(), comesTo: 'CONNECTION_RESET', end: null },
  {
    what: 'half a response, and then a reset',
    talk: (socket) => socket.write(`${ok('content-length: 9')}abc`, () => socket.resetAndDestroy()),
    comesTo: 'CONNECTION_RESET',
    end: 'RESET',
  },
  {
    what: 'half a connection without an answer',
    talk: (socket) => socket.end(),
    comesTo: 'CONNECTION_CLOSED',
    end: null,
  },
  {
    what: 'half a connection in the header',
    talk: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
    comesTo: 'CONNECTION_CLOSED',
    end: null,
  },
  {
    what: 'half a connection in the body',
    talk: (socket) => socket.end(`${ok('content-length: 9')}abc`),
    comesTo: 'CONNECTION_CLOSED',
    end: 'RESET',
  },
  {
    what: 'half a connection in a chunk',
    talk: (socket) => socket.end(`${CHUNKED}5\r\nab`),
    comesTo: 'CONNECTION_CLOSED',
    end: 'RESET',
  },
  {
    what: 'half a connection after a body without length',
    talk: (socket) => socket.end(`${ok()}thank you`),
    comesTo: 'succeeded',
    end: 'COMPLETE',
  },
  {
    what: 'half a connection after the whole response',
    talk: (socket) => socket.end(`${ok('content-length: 2')}ok`),
    comesTo: 'succeeded',
    end: 'COMPLETE',
  },
  {
    what: 'a failure without end',
    talk: sayEndlessly('HTTP/1.1 500 No\r\n\r\n', much('a')),
    comesTo: 'HTTP_STATUS',
    end: 'CUT',
    warnings: ['BODY_UNANNOUNCED'],
  },
];

/** All of them. */
export const HOSTILITIES: readonly Hostility[] = [...slow, ...large, ...wrong, ...odd, ...broken];

/** Those that never let go: an attempt to them lasts until its deadline. */
export const SLOW_HOSTILITIES = slow;

function repeated(block: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: 12_000 }, () => block));
}
