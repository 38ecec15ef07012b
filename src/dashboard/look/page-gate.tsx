/** For pages whose code is loaded when they are opened: what is shown until then, when it does not come, and when it breaks. */

import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { LoadingRows, Page, Problem } from './page.tsx';

/** Shows its children once their code is there. `address` is the page's: another one gets another chance. */
export function PageGate({ address, children }: { address: string; children: ReactNode }) {
  return (
    <Caught key={address}>
      <Suspense fallback={<LoadingRows />}>{children}</Suspense>
    </Caught>
  );
}

/** A component whose code is loaded when it is first shown; showing it throws {@link PageNotLoadedError} when that fails. */
export function loadedLater<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch (cause) {
      throw new PageNotLoadedError(cause);
    }
  });
}

/** The code of a page did not come. */
class PageNotLoadedError extends Error {
  override readonly name = 'PageNotLoadedError';

  constructor(cause: unknown) {
    super('the code of a page could not be loaded', { cause });
  }
}

interface CaughtState {
  readonly caught: 'nothing' | 'not loaded' | 'broken';
}

/**
 * Says that a page did not come or broke, and what to do. When it did not come, the server is away, or has been updated and
 * has other files now, which the browser learns of by loading all of it again. React has no other way to catch errors than
 * a class, and writes them to the console.
 */
class Caught extends Component<{ children: ReactNode }, CaughtState> {
  override state: CaughtState = { caught: 'nothing' };

  static getDerivedStateFromError(error: unknown): CaughtState {
    return { caught: error instanceof PageNotLoadedError ? 'not loaded' : 'broken' };
  }

  override render() {
    const { caught } = this.state;
    if (caught === 'nothing') return this.props.children;
    return (
      <Page title={caught === 'not loaded' ? 'Not loaded' : 'Broken'}>
        <Problem again={() => location.reload()}>
          {caught === 'not loaded'
            ? 'This page could not be loaded. The server may be away, or have been updated since you came.'
            : 'This page broke. Load it again; if it breaks again, report what the console says.'}
        </Problem>
      </Page>
    );
  }
}
