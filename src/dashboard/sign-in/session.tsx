/** Who has signed in: from a key to an API and what its role may do. */

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { Provider } from 'urql';
import { mayDo, type Permission, rolesThatMay } from '../../organization/role.ts';
import { type Api, openApi } from '../api/client.ts';
import { forgetKey, keepKey, takeKeys } from '../api/key.ts';
import { askWho, type Viewer } from './ask-who.ts';
import { type Brought, BroughtKey } from './brought-key.tsx';

/** Somebody who has signed in. */
export interface Session {
  readonly api: Api;
  readonly viewer: Viewer;
  /** Ends it, unless it is over already; `why` is shown where one signs in. */
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

/** Why following a link was in vain. */
const REFUSED_LINK =
  'The key in the link that you followed is not whole, or the server does not know it, or it was revoked or has expired. Copy all of the link, or ask for another one.';

/**
 * Shows its children to whoever has signed in, and to others what it takes. Whoever has signed in stays so when a link
 * brings another key, unless they say otherwise.
 */
export function SessionGate({ signedOut, checking, children }: SessionGateProps) {
  const [step, setStep] = useState<Step>({ at: 'checking' });
  const [brought, setBrought] = useState<Brought>();
  const latest = useRef<AbortController>(undefined);

  /** Ends the session before it, of which an answer may come yet. */
  const signIn = useCallback(async (key: string, refused: string): Promise<boolean> => {
    latest.current?.abort();
    const life = new AbortController();
    latest.current = life;
    setStep({ at: 'checking' });
    setBrought(undefined);
    const known = await askWho(key, refused);
    if (life.signal.aborted) return false;
    const signOut = (why?: string) => {
      if (life.signal.aborted) return;
      life.abort();
      forgetKey();
      setStep({ at: 'out', why });
    };
    if ('why' in known) {
      signOut(known.why);
      return false;
    }
    const api = openApi(key, () => signOut(REFUSED_KEY));
    life.signal.addEventListener('abort', () => api.close());
    keepKey(key);
    setStep({ at: 'in', session: { api, viewer: known.viewer, signOut } });
    return true;
  }, []);

  useEffect(() => {
    const follow = async (given: string, isIn: boolean) => {
      if (isIn) setBrought(await askWho(given, REFUSED_LINK));
      else await signIn(given, REFUSED_LINK);
    };
    const enter = async () => {
      const { given, kept } = takeKeys();
      const isIn = kept !== undefined && (await signIn(kept, REFUSED_KEY));
      if (given !== undefined && given !== kept) await follow(given, isIn);
      else if (kept === undefined) setStep({ at: 'out' });
    };
    const onHash = () => {
      const { given, kept } = takeKeys();
      if (given !== undefined && given !== kept) void follow(given, kept !== undefined);
    };
    void enter();
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [signIn]);

  if (step.at === 'checking') return checking;
  if (step.at === 'out') return signedOut((key) => void signIn(key, REFUSED_KEY), step.why);
  const { session } = step;
  return (
    <SessionContext value={session}>
      <Provider value={session.api.client}>{children}</Provider>
      {brought && (
        <BroughtKey
          brought={brought}
          present={session.viewer}
          stay={() => setBrought(undefined)}
          accept={(key) => void signIn(key, REFUSED_KEY)}
        />
      )}
    </SessionContext>
  );
}
