/** Replays as operators start and follow them. */

import { ask, type Caller, type Watching, watchWebSocket } from '../support/client.ts';

/** A replay as it is shown. */
export interface ShownReplay {
  readonly id: string;
  readonly status: string;
  readonly planned: number;
  readonly requested: number;
  readonly skipped: number;
  readonly delivered: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly pending: number;
  readonly estimatedSecondsLeft: number | null;
  readonly finishedAt: string | null;
}

/** What a mutation of replays answers. */
export interface ReplayAnswer {
  readonly __typename: string;
  readonly replay?: ShownReplay | null;
  readonly planned?: number;
  readonly estimatedSeconds?: number;
  readonly code?: string;
  readonly message?: string;
}

const REPLAY = 'id status planned requested skipped delivered failed cancelled pending estimatedSecondsLeft finishedAt';

/** Starts a replay, of what failed unless `input` says otherwise. */
export async function startReplay(
  caller: Caller,
  input: { readonly filter?: object; readonly ratePerSecond?: number; readonly dryRun?: boolean } = {},
): Promise<ReplayAnswer> {
  return await ask(
    caller,
    `mutation ($input: StartReplayInput!) {
      startReplay(input: $input) {
        __typename ... on StartReplayPayload { planned estimatedSeconds replay { ${REPLAY} } } ... on Refusal { code message }
      }
    }`,
    { input: { filter: {}, ...input } },
  );
}

/** Starts one that must not be refused, and answers with its id. */
export async function givenReplay(caller: Caller, input: Parameters<typeof startReplay>[1] = {}): Promise<string> {
  const { replay, message } = await startReplay(caller, input);
  if (!replay) throw new Error(`the replay was refused: ${message}`);
  return replay.id;
}

/** Pauses, resumes or cancels a replay. */
export async function changeReplay(
  caller: Caller,
  how: 'pauseReplay' | 'resumeReplay' | 'cancelReplay',
  replayId: string,
): Promise<ReplayAnswer> {
  const type = `${how.charAt(0).toUpperCase()}${how.slice(1)}Input`;
  return await ask(
    caller,
    `mutation ($input: ${type}!) {
      ${how}(input: $input) { __typename ... on ReplayPayload { replay { ${REPLAY} } } ... on Refusal { code message } }
    }`,
    { input: { replayId } },
  );
}

/** The replay as it is now, or `null`. */
export async function readReplay(caller: Caller, id: string): Promise<ShownReplay | null> {
  return await ask(caller, `query ($id: ID!) { replay(id: $id) { ${REPLAY} } }`, { id });
}

/** Follows a replay. */
export function watchReplay(caller: Caller, id: string): Watching<ShownReplay> {
  return watchWebSocket<ShownReplay>(caller, `subscription ($id: ID!) { replay(id: $id) { ${REPLAY} } }`, { id });
}

/** The replay once `enough` says so. */
export async function untilReplay(
  caller: Caller,
  id: string,
  enough: (replay: ShownReplay) => boolean,
): Promise<ShownReplay> {
  await using watching = watchReplay(caller, id);
  const seen = await watching.until((replays) => replays.some(enough));
  return seen.find(enough) as ShownReplay; // it was seen
}
