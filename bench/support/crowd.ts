/** A crowd of webhooks that is reported to all the time, and is gone when nobody measures beside it. */

import type { Setting } from '../bench.ts';
import type { GraphqlLoopCalls } from '../process/graphql-loop.ts';
import type { HostileCalls } from '../process/hostile.ts';
import type { PosthornCalls } from '../process/posthorn.ts';
import type { ReceiverCalls } from '../process/receiver.ts';
import type { Child } from './child.ts';

/** Whether its receivers do their worst, or answer as they should. */
export type CrowdKind = 'hostile' | 'well';

/** How large it is, and how much is reported. */
export interface CrowdOptions {
  readonly webhooks: number;
  /** One webhook after another. */
  readonly perSecond: number;
}

/** Runs `work` beside a crowd. */
export type BesideCrowd = <Found>(kind: CrowdKind, seconds: number, work: () => Promise<Found>) => Promise<Found>;

/**
 * Prepares for crowds on the server at `url`. Each is new, an organization of its own, so that no breaker has heard of
 * its destinations yet; and each webhook has got an import before the work begins.
 */
export async function prepareCrowds(
  { start, progress }: Setting,
  { url, control }: { readonly url: string; readonly control: Child<PosthornCalls> },
  { webhooks: size, perSecond }: CrowdOptions,
): Promise<BesideCrowd> {
  const importer = await start<GraphqlLoopCalls>('graphql-loop');
  const receiver = await start<ReceiverCalls>('receiver');
  const hostile = await start<HostileCalls>('hostile');
  const receiverUrl = await receiver.call('url');

  return async (kind, seconds, work) => {
    const urls = kind === 'hostile' ? await hostile.call('open') : [receiverUrl];
    const routes = Array.from({ length: size }, (_, index) => [`${urls[index % urls.length]}/${index}`]);
    const { key, identifiers, webhooks } = await control.call('prepareRoutes', routes);
    const targets = identifiers.map((identifier) => ({ key, identifier }));
    await receiver.call('expect', size);
    await importer.call('publish', { url, targets, perSecond, seconds: size / perSecond });

    const publishing = importer.call('publish', { url, targets, perSecond, seconds });
    const found = await work();
    await publishing;
    const ids = webhooks.map(({ id }) => id);
    await control.call('forget', ids);
    const requests = kind === 'hostile' ? await hostile.call('close') : (await receiver.call('came')).requests;
    await control.call('untilIdle');
    progress(`${requests} ${kind === 'hostile' ? 'connections to hostile' : 'requests to other'} receivers`);
    return found;
  };
}
