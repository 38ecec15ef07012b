/** React's way to the API: the documents of `schema/operations`, with their types. */

import { useCallback } from 'react';
import { type AnyVariables, stringifyVariables, useMutation, useQuery } from 'urql';
import type { TypedDocumentString } from '../../../schema/generated/graphql.ts';
import { sentenceOf } from './client.ts';

/** What is known of a question at the moment. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  /** One sentence, when there is no answer. */
  readonly problem: string | undefined;
  /** Whether an answer is on its way; the last one stays until it is there. */
  readonly busy: boolean;
  /** Asks again, past the cache. */
  readonly again: () => void;
}

/** How a question is asked. */
export interface Asking<Variables> {
  /** Whether not to ask at all, for now. */
  readonly pause?: boolean;
  /** Whether to ask the server even when the cache has an answer, which is shown meanwhile. */
  readonly fresh?: boolean;
  /** Variables of which the last answer is forgotten as soon as they are others, rather than when theirs is there. */
  readonly exact?: readonly (keyof Variables & string)[];
}

/** Asks a query, and again when the cache learns that its answer has changed. */
export function useAsk<Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { pause = false, fresh = false, exact = [] }: Asking<Variables> = {},
): Answer<Data> {
  const [{ data, error, fetching, stale, operation }, execute] = useQuery<Data, AnyVariables>({
    query: document.toString(),
    variables,
    pause,
    requestPolicy: fresh ? 'cache-and-network' : 'cache-first',
  });
  const again = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute]);
  const isForgotten = exact.some((name) => textOf(operation?.variables, name) !== textOf(variables, name));
  return {
    data: isForgotten ? undefined : data,
    problem: error && !isForgotten ? sentenceOf(error) : undefined,
    busy: fetching || stale,
    again,
  };
}

function textOf(variables: AnyVariables, name: string): string {
  return stringifyVariables(Object(variables)[name]);
}

/** Why something was declined. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  /** For forms: what is wrong with which field. */
  readonly problems?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/**
 * A mutation as a function. It resolves with what the server answered, or with a refusal of our own when it did not
 * answer at all, so that there is one way to show both. It never rejects.
 */
export function useDo<Data, Variables extends AnyVariables>(
  document: TypedDocumentString<Data, Variables>,
): (variables: Variables) => Promise<Data[keyof Data] | Refused> {
  const [, execute] = useMutation<Data, AnyVariables>(document.toString());
  return useCallback(
    async (variables) => {
      const { data, error } = await execute(variables);
      if (error || !data) return { code: 'NO_ANSWER', message: error ? sentenceOf(error) : 'There was no answer.' };
      const { __typename, ...fields } = data as Data & { __typename?: string };
      const [answer] = Object.values(fields);
      return answer as Data[keyof Data]; // every mutation of ours has one field
    },
    [execute],
  );
}

/** Whether an answer says that something was declined. */
export function isRefused<Answered>(answer: Answered | Refused): answer is Answered & Refused {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer;
}
