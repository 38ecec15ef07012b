/**
 * Of the packages that the benches compare with, what they use. They are installed apart (`npm ci --prefix bench`), and
 * the types are checked without them.
 */

declare module 'bullmq' {
  interface Connection {
    readonly url: string;
    readonly maxRetriesPerRequest: null;
  }
  interface QueueOptions {
    readonly connection: Connection;
    readonly prefix?: string;
  }

  export class Queue<Data> {
    constructor(name: string, options: QueueOptions);
    add(name: string, data: Data): Promise<unknown>;
    readonly backend: { readonly client: Promise<{ info(): Promise<string> }> };
    addBulk(jobs: readonly { name: string; data: Data; opts?: { delay: number } }[]): Promise<unknown>;
    getJobCountByTypes(...types: ('wait' | 'active' | 'delayed')[]): Promise<number>;
    obliterate(options: { force: boolean }): Promise<void>;
  }

  export class Worker<Data> {
    constructor(
      name: string,
      processor: (job: { data: Data }) => Promise<void>,
      options: QueueOptions & { concurrency: number },
    );
    on(event: 'error', listener: (error: Error) => void): this;
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  }
}

declare module 'pg-boss' {
  interface WorkOptions {
    readonly batchSize: number;
    readonly localConcurrency: number;
    readonly burstWhenBatchFull: boolean;
  }

  export class PgBoss {
    constructor(options: { connectionString: string; useListenNotify: boolean });
    on(event: 'error', listener: (error: Error) => void): this;
    start(): Promise<this>;
    createQueue(name: string, options: { notify: boolean }): Promise<void>;
    send(name: string, data: object): Promise<string | null>;
    insert(name: string, jobs: readonly { data: object; startAfter?: number }[]): Promise<unknown>;
    work<Data>(
      name: string,
      options: WorkOptions,
      handler: (jobs: readonly { data: Data }[]) => Promise<void>,
    ): Promise<string>;
    offWork(name: string): Promise<void>;
  }
}
