/** What comes over a connection during one exchange, below everything that might swallow it. */

import type { Duplex } from 'node:stream';

/** See {@link createWire}. */
export interface Wire {
  /** Bytes that came so far. */
  readonly bytes: number;
  /** Lines of a header that is under way; 0 once it is complete. */
  readonly headerLines: number;
  /** The receiver closed its side: it will say nothing more, as it says itself. A reset is not that. */
  readonly isClosed: boolean;
  /** From now on, at this connection, once. */
  watch(socket: Duplex): void;
  /** A header, an interim one included, is complete. Another may follow after an interim one. */
  headerEnded(isFinal: boolean): void;
  /** Watches no longer. The connection may be used again. */
  leave(): void;
}

/** Makes what watches one connection. `onBytes` is called after the parser has seen them. */
export function createWire(onBytes: (bytes: number) => void): Wire {
  let bytes = 0;
  let headerLines = 0;
  let isClosed = false;
  let stopCountingLines = () => {};
  let leave = () => {};

  return {
    get bytes() {
      return bytes;
    },
    get headerLines() {
      return headerLines;
    },
    get isClosed() {
      return isClosed;
    },
    watch(socket) {
      const add = (chunk: Buffer) => {
        bytes += chunk.length;
        onBytes(bytes);
      };
      const countLines = (chunk: Buffer) => {
        for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) headerLines += 1;
      };
      const close = () => {
        isClosed = true;
      };
      socket.on('data', add);
      // Before the parser, which gives up on a header in the middle of a piece.
      socket.prependListener('data', countLines);
      socket.prependOnceListener('end', close);
      stopCountingLines = () => void socket.off('data', countLines);
      leave = () => void socket.off('data', add).off('data', countLines).off('end', close);
    },
    headerEnded(isFinal) {
      headerLines = 0;
      if (isFinal) stopCountingLines();
    },
    leave: () => leave(),
  };
}

const LINE_FEED = 0x0a;
