/** LISTEN, on a connection of its own: notifications must not wait behind queries. */

import pRetry from 'p-retry';
import pg from 'pg';
import type { Logger } from '../lib/logger.ts';
import type { Listener, Listening } from './database.ts';
import { CONNECT_TIMEOUT_MS } from './settings.ts';

/** The listener tells a dead connection from a quiet one by asking this often, in milliseconds. */
const LISTENER_CHECK_MS = 10_000;

/** Hears `channel` until it is stopped, whatever happens to the connection. Rejects when the first one cannot be made. */
export async function listenOn(url: string, channel: string, listener: Listener, log: Logger): Promise<Listening> {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let check: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true });
    next.on('error', () => undefined); // `end` follows, and is what we act on
    await next.connect();
    next.on('notification', ({ payload }) => listener.onNotification(payload ?? ''));
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    next.once('end', () => {
      if (client === next) void reconnect();
    });
    client = next;
  }

  async function reconnect(): Promise<void> {
    client = undefined;
    if (stopping.signal.aborted) return;
    log.warn({ channel }, 'listener.lost');
    try {
      await pRetry(connect, {
        retries: Number.POSITIVE_INFINITY,
        maxTimeout: 2_000,
        minTimeout: 100,
        randomize: true,
        signal: stopping.signal,
      });
    } catch {
      return; // stopped while it was away
    }
    log.info({ channel }, 'listener.restored');
    listener.onGap();
  }

  await connect();
  check = setInterval(() => {
    const asked = client;
    if (!asked) return;
    const timeout = setTimeout(() => void asked.end().catch(() => undefined), CONNECT_TIMEOUT_MS);
    asked
      .query('select 1')
      .catch(() => undefined)
      .finally(() => clearTimeout(timeout));
  }, LISTENER_CHECK_MS);
  check.unref();

  return {
    async stop() {
      stopping.abort();
      clearInterval(check);
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
