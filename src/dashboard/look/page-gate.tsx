/** For pages whose code is loaded when they are opened: what is shown until then, and when it does not come. */

import { Component, type ReactNode, Suspense } from 'react';
import { LoadingRows, Page, Problem } from './page.tsx';

/** Shows its children once their code is there. `address` is the page's: another one gets another chance. */
export function PageGate({ address, children }: { address: string; children: ReactNode }) {
  return (
    <NotLoaded key={address}>
      <Suspense fallback={<LoadingRows />}>{children}</Suspense>
    </NotLoaded>
  );
}

/**
 * Says that a page did not come, and how to get it: the server is away, or has been updated and has other files now, which
 * the browser learns of by loading all of it again. React has no other way to catch that than a class.
 */
class NotLoaded extends Component<{ children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Page title="Not loaded">
        <Problem again={() => location.reload()}>
          This page could not be loaded. The server may be away, or have been updated since you came.
        </Problem>
      </Page>
    );
  }
}
