/** A dispatcher from which the database can be taken away, and from nobody else. */

import { openPostgresql } from '../../src/database/postgresql.ts';
import { createSignals } from '../../src/database/signals.ts';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import type { TestApp } from '../support/app.ts';
import { startProxy, type Proxy as TcpProxy } from '../support/proxy.ts';
import { createLogBook, type LogBook } from './observe.ts';

/** See {@link startBehindProxy}. */
export interface BehindProxy extends AsyncDisposable {
  /** Between the dispatcher and its database. */
  readonly proxy: TcpProxy;
  /** The dispatcher's own log. */
  readonly book: LogBook;
}

/** Starts a dispatcher that has the database by way of a proxy, which only it uses. For PostgreSQL. */
export async function startBehindProxy(app: TestApp): Promise<BehindProxy> {
  const proxy = await startProxy(app.database.url ?? '');
  const book = createLogBook();
  const db = openPostgresql(proxy.url, 4, book.log);
  const signals = createSignals(db, book.log);
  await signals.start();
  const dispatcher = createDispatcher({ ...app, db, signals, log: book.log });
  await dispatcher.start();
  return {
    proxy,
    book,
    [Symbol.asyncDispose]: async () => {
      const deadline = AbortSignal.timeout(5_000);
      await dispatcher.stop(deadline);
      await signals.stop(deadline);
      await db.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}
