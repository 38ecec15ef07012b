/** How the component library is set up. */

import { createTheme, Drawer, MantineProvider, Menu, Modal } from '@mantine/core';
import type { ReactNode } from 'react';

const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'md',
  respectReducedMotion: true,
  components: {
    // Locking the page's scrolling writes a <style> element, which the Content-Security-Policy forbids; look.css does it.
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, centered: true, closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, closeButtonProps: { 'aria-label': 'Close' } } }),
    // Within the landmark that it is opened in, and with nothing but items in it: the placeholder is none.
    Menu: Menu.extend({ defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } }),
  },
});

/**
 * The component library. It would write its variables and classes into <style> elements, which the
 * Content-Security-Policy forbids: they are in files instead, and what we change of them is in `look.css`.
 */
export function Look({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}
