/** Where one signs in. */

import { Alert, Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Horn } from '../look/icons.tsx';
import { useTitle } from '../look/page.tsx';
import { isKey } from './ask-who.ts';

/** Asks for an API key. `why` says why one has to sign in again. */
export function SignInPage({ signIn, why }: { signIn: (key: string) => void; why: string | undefined }) {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string>();
  useTitle('Sign in');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!isKey(key.trim())) return setProblem('A key starts with phk_ and has two more parts. Copy all of it.');
    signIn(key.trim());
  }

  return (
    <main className="sign-in">
      <form className="card sign-in-card" onSubmit={submit}>
        <div className="brand brand-large">
          <Horn />
          <h1>Posthorn</h1>
        </div>
        <p className="quiet">
          Sign in with an API key. It is kept until you close this tab, and goes nowhere but to this server.
        </p>
        {why && (
          <Alert color="red" role="alert">
            {why}
          </Alert>
        )}
        <PasswordInput
          label="API key"
          placeholder="phk_…"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={key}
          error={problem}
          onChange={(event) => {
            setKey(event.currentTarget.value);
            setProblem(undefined);
          }}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the key' }}
        />
        <Button type="submit" fullWidth>
          Sign in
        </Button>
        <p className="quiet small">
          No key? The server printed one when it first started.{' '}
          <code>npm run -s posthorn -- key create --role ADMIN</code> makes another.
        </p>
      </form>
    </main>
  );
}
