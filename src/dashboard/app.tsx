/** The dashboard: who may see what. */

import { Shell, ShellSkeleton } from './layout/shell.tsx';
import { Look } from './look/theme.tsx';
import { Pages, usePagesEarly } from './pages.tsx';
import { NothingToRead } from './sign-in/nothing-to-read.tsx';
import { SessionGate, useWhyNot } from './sign-in/session.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';

/** All of it. */
export function App() {
  usePagesEarly();
  return (
    <Look>
      <SessionGate checking={<ShellSkeleton />} signedOut={(signIn, why) => <SignInPage signIn={signIn} why={why} />}>
        <Shell>
          <Readable />
        </Shell>
      </SessionGate>
    </Look>
  );
}

/** The pages, for keys that may read what they show. */
function Readable() {
  return useWhyNot('readWebhooks') ? <NothingToRead /> : <Pages />;
}
