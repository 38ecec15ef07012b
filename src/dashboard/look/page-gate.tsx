/** For pages whose code is loaded when they are opened: what is shown until then, when it does not come, and when it breaks. */

import { Component, type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { LoadingRows, Page, Problem } from './page.tsx';

/** A page whose code comes later. */
export interface LoadedLater<Props> {
  (props: Props): ReactNode;
  /** Begins to load the code before the page is shown. When that fails, showing the page tries again. */
  load(): void;
}

/**
 * A page whose code is loaded when it is first shown, unless it is there already; showing it throws
 * {@link PageNotLoadedError} when that fails. Not by React's Suspense, which shows what it shows meanwhile for 0.3 s
 * at least, however soon the code comes.
 */
export function loadedLater<Props extends object>(load: () => Promise<ComponentType<Props>>): LoadedLater<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<ComponentType<Props>> | undefined;

  async function begin(): Promise<ComponentType<Props>> {
    try {
      loaded = await load();
      return loaded;
    } catch (cause) {
      loading = undefined;
      throw new PageNotLoadedError(cause);
    }
  }

  function getLoading(): Promise<ComponentType<Props>> {
    loading ??= begin();
    return loading;
  }

  function Later(props: Props) {
    const [Loaded, setLoaded] = useState(() => loaded);
    const [failure, setFailure] = useState<unknown>();
    useEffect(() => {
      if (!Loaded) getLoading().then((page) => setLoaded(() => page), setFailure);
    }, [Loaded]);
    if (failure) throw failure;
    return Loaded ? <Loaded {...props} /> : <LoadingRows />;
  }
  Later.load = () => void getLoading().catch(() => undefined);
  return Later;
}

/** The code of a page did not come. */
class PageNotLoadedError extends Error {
  override readonly name = 'PageNotLoadedError';

  constructor(cause: unknown) {
    super('the code of a page could not be loaded', { cause });
  }
}

/** Shows its children, or what is the matter with them. `address` is the page's: another one gets another chance. */
export function PageGate({ address, children }: { address: string; children: ReactNode }) {
  return <Caught key={address}>{children}</Caught>;
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
