/** Who has signed in: from a key to an API and what its role may do. */

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { ViewerDocument, type ViewerQuery } from '../../../schema/generated/graphql.ts';
import { mayDo, type Permission, rolesThatMay } from '../../organization/role.ts';
import { type Api, openApi, sentenceOf } from '../api/client.ts';
import { forgetKey, keepKey, takeKeys } from '../api/key.ts';
import { type Offer, OfferedKey } from './offered-key.tsx';

/** Somebody who has signed in. */
export interface Session {
  readonly api: Api;
  readonly viewer: ViewerQuery['viewer'];
  /** Ends it; `why` is shown where one signs in. */
  signOut(why?: string): void;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** The session; only below {@link SessionGate}. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody has signed in here');
  return session;
}

/** Why this key may not do what `permission` names, or `undefined` when it may. */
export function useWhyNot(permission: Permission): string | undefined {
  const { role } = useSession().viewer;
  if (mayDo(role, permission)) return undefined;
  return `Your key has the role ${role}. This takes ${rolesThatMay(permission).join(' or ')}.`;
}

/** Where signing in stands. */
type Step =
  | { readonly at: 'out'; readonly why?: string | undefined }
  | { readonly at: 'checking' }
  | { readonly at: 'in'; readonly session: Session };

/** What is shown to whom. */
export interface SessionGateProps {
  readonly signedOut: (signIn: (key: string) => void, why: string | undefined) => ReactNode;
  readonly checking: ReactNode;
  readonly children: ReactNode;
}

/** Why one has to sign in again. */
export const REFUSED_KEY =
  'The server does not know this key, or it was revoked or has expired. Sign in with another one.';

/**
 * Shows its children to whoever has signed in, and to others what it takes. Whoever has signed in stays so when a link
 * brings another key, unless they say otherwise.
 */
export function SessionGate({ signedOut, checking, children }: SessionGateProps) {
  const [step, setStep] = useState<Step>({ at: 'checking' });

  const [offer, setOffer] = useState<Offer>();

  const signIn = useCallback(async (key: string): Promise<boolean> => {
    setStep({ at: 'checking' });
    setOffer(undefined);
    const signOut = (why?: string) => {
      forgetKey();
      api.close();
      setStep({ at: 'out', why });
    };
    const api = openApi(key, () => signOut(REFUSED_KEY));
    const { data, error } = await askWho(api);
    if (!data) {
      signOut(
        error?.graphQLErrors[0]?.extensions.code === 'UNAUTHENTICATED' ? REFUSED_KEY : error && sentenceOf(error),
      );
      return false;
    }
    keepKey(key);
    setStep({ at: 'in', session: { api, viewer: data.viewer, signOut } });
    return true;
  }, []);

  useEffect(() => {
    const offerKey = async (key: string) => {
      const { data } = await askWho(openApi(key, () => undefined));
      if (data) setOffer({ key, viewer: data.viewer }); // one that is no good is no reason to disturb anybody
    };
    const enter = async () => {
      const { given, kept } = takeKeys();
      const key = kept ?? given;
      if (!key) return setStep({ at: 'out' });
      const isIn = await signIn(key);
      if (!given || given === key) return;
      await (isIn ? offerKey(given) : signIn(given));
    };
    const onHash = () => {
      const { given, kept } = takeKeys();
      if (given && given !== kept) void (kept ? offerKey(given) : signIn(given));
    };
    void enter();
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [signIn]);

  const session = useMemo(() => (step.at === 'in' ? step.session : undefined), [step]);
  if (step.at === 'checking') return checking;
  if (!session) return signedOut((key) => void signIn(key), step.at === 'out' ? step.why : undefined);
  return (
    <SessionContext value={session}>
      <Provider value={session.api.client}>{children}</Provider>
      {offer && (
        <OfferedKey
          offer={offer}
          stay={() => setOffer(undefined)}
          accept={() => {
            session.api.close();
            void signIn(offer.key);
          }}
        />
      )}
    </SessionContext>
  );
}

function askWho({ client }: Api) {
  return client.query<ViewerQuery>(ViewerDocument.toString(), {}).toPromise();
}
