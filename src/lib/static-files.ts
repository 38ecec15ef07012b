/** Files that are served as they are: read once, compressed once, and kept in memory. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** What is served, and how. */
export interface StaticFilesOptions {
  /** Where the files are. */
  readonly directory: string;
  /** Below this path every name has a hash of its content in it, so that its file never changes. */
  readonly immutable: string;
  /** Sent with every file. */
  readonly headers: OutgoingHttpHeaders;
}

/** Files that are served as they are. */
export interface StaticFiles {
  /** Whether there is an `index.html`. */
  readonly isBuilt: boolean;
  /**
   * Answers a GET or HEAD for one of the files. A page that is no file gets `index.html`, which knows what to show for
   * its path; so does what only looks like a file, below a folder of pages: an id may have a dot in it. A path that begins
   * with two slashes is no page: its scripts would take it for the address of another server.
   *
   * @returns whether the request was one of them.
   */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Reads what is in `directory`; nothing when it does not exist. Files that are added later are not seen. */
export function createStaticFiles({ directory, immutable, headers }: StaticFilesOptions): StaticFiles {
  const files = new Map(listFiles(directory).map((path) => [path, readStaticFile(join(directory, path))]));
  const index = files.get('/index.html');

  function find(request: IncomingMessage, path: string): StaticFile | undefined {
    if (path === '/' || path === '/index.html') return index;
    const mayBePage = extname(path) === '' || (path.lastIndexOf('/') > 0 && !path.startsWith(immutable));
    const isPage = mayBePage && !path.startsWith('//') && request.headers.accept?.includes('text/html');
    return files.get(path) ?? (isPage ? index : undefined);
  }

  return {
    isBuilt: index !== undefined,
    answer(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const [path = '/'] = request.url?.split('?', 1) ?? [];
      const file = find(request, path);
      if (!file) return false;
      void send(file, request, response, {
        ...headers,
        'cache-control': path.startsWith(immutable) ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
      return true;
    },
  };
}

interface StaticFile {
  readonly type: string;
  readonly tag: string;
  readonly content: Buffer;
  /** By encoding, made when first asked for. */
  readonly encoded: Map<string, Promise<Buffer>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** What is compressed already gains nothing. */
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg']);

const ENCODERS: Readonly<Record<string, (content: Buffer) => Promise<Buffer>>> = {
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (content) => promisify(gzip)(content),
};

/** Half a megabyte takes some 50 ms; the best quality would take a second. */
const BROTLI_QUALITY = 6;

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `/${relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/')}`);
  } catch {
    return [];
  }
}

function readStaticFile(path: string): StaticFile {
  const content = readFileSync(path);
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    tag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    content,
    encoded: new Map(),
  };
}

async function send(
  file: StaticFile,
  request: IncomingMessage,
  response: ServerResponse,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const always = { ...headers, etag: file.tag, vary: 'accept-encoding', 'x-content-type-options': 'nosniff' };
  if (request.headers['if-none-match'] === file.tag) return void response.writeHead(304, always).end();
  const encoding = chooseEncoding(file, request);
  const body = encoding ? await encodeOnce(file, encoding) : file.content;
  response.writeHead(200, {
    ...always,
    'content-type': file.type,
    'content-length': body.byteLength,
    ...(encoding ? { 'content-encoding': encoding } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function chooseEncoding({ type }: StaticFile, request: IncomingMessage): string | undefined {
  if (![...COMPRESSIBLE].some((extension) => TYPES[extension] === type)) return undefined;
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
    .map((item) => item.split(';', 1)[0]?.trim());
  return Object.keys(ENCODERS).find((encoding) => accepted.includes(encoding));
}

function encodeOnce({ content, encoded }: StaticFile, encoding: string): Promise<Buffer> {
  const made = encoded.get(encoding) ?? ENCODERS[encoding]?.(content) ?? Promise.resolve(content);
  encoded.set(encoding, made);
  return made;
}
