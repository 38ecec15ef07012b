/** Where the time of this process goes: V8's profile, added up by part of the program. */

import { writeFile } from 'node:fs/promises';
import { type Profiler, Session } from 'node:inspector/promises';

/** CPU time spent on a part, in microseconds. */
export interface PartCost {
  readonly part: string;
  readonly us: number;
}

/** The parts, and where in the program they are: a frame belongs to the first part whose pattern its URL matches. */
const PARTS: readonly (readonly [part: string, url: RegExp])[] = [
  ['lease', /\/src\/delivery\/(lease|lanes)/],
  ['settle', /\/src\/delivery\/(settle|settlement|backoff|health)/],
  ['make and sign', /\/src\/(delivery\/(request|signature)|lib\/secret-box|webhook\/header)|node:internal\/crypto/],
  ['dispatcher', /\/src\/(delivery\/(dispatcher|attempt|capacity)|lib\/clock)/],
  ['log', /\/src\/lib\/logger|\/node_modules\/(pino|sonic-boom)/],
  ['database driver', /\/src\/database\/|\/node_modules\/(pg|@prisma|@electric-sql)/],
  // Whatever else the attempt needs of ours, and of packages: got's.
  ['got and node:http', /\/src\/(delivery|webhook)\/|\/node_modules\/|node:(_http|internal\/(http|dns|url))/],
  ['Posthorn, other', /\/src\//],
  ['bench', /\/bench\//],
];

const session = new Session();

/** Begins to watch. */
export async function beginProfile(): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
}

/** Ends it, writes the profile to `file` for Chrome's DevTools, and adds it up, most costly first. */
export async function endProfile(file: string): Promise<PartCost[]> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  await writeFile(file, JSON.stringify(profile));
  return addUp(profile);
}

/**
 * Time by part. A function without a part of its own, such as one of Node's streams or `JSON.stringify`, counts for the
 * one that called it; what nobody of ours called, such as the reading of sockets, counts as Node's.
 */
function addUp({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): PartCost[] {
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string | undefined>();

  function partOf(id: number): string {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      const part = frame && partOfFrame(frame);
      if (part) return part;
    }
    return 'Node, other';
  }

  const spent = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id) ?? partOf(id);
    parts.set(id, part);
    // The time from this sample to the next; the last one's is not known.
    spent.set(part, (spent.get(part) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  }
  spent.delete(IDLE);
  return [...spent].map(([part, us]) => ({ part, us })).sort((a, b) => b.us - a.us);
}

const IDLE = '(idle)';

function partOfFrame({ functionName, url }: Profiler.Profile['nodes'][number]['callFrame']): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native code';
  if (functionName === IDLE) return IDLE;
  return PARTS.find(([, pattern]) => pattern.test(url))?.[0];
}
