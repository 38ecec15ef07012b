/** What is around every page: where one can go, and who has signed in. */

import { ActionIcon, Menu, Skeleton, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import {
  Again,
  Chart,
  Dots,
  Hook,
  Horn,
  Inbox,
  Key,
  Layers,
  Leave,
  List,
  Moon,
  Pulse,
  Sun,
  Warning,
} from '../look/icons.tsx';
import { useNarrow } from '../look/narrow.ts';
import { LoadingRows } from '../look/page.tsx';
import { useSession } from '../sign-in/session.tsx';
import { NarrowPlaces, Places } from './places.tsx';

const PLACES = [
  { to: '/overview', name: 'Overview', Icon: Chart },
  { to: '/webhooks', name: 'Webhooks', Icon: Hook },
  { to: '/log', name: 'Delivery log', Icon: Pulse },
  { to: '/deliveries', name: 'Deliveries', Icon: List },
  { to: '/imports', name: 'Imports', Icon: Inbox },
  { to: '/failures', name: 'Failures', Icon: Warning },
  { to: '/replays', name: 'Replays', Icon: Again },
  { to: '/schemas', name: 'Schemas', Icon: Layers },
  { to: '/keys', name: 'Keys', Icon: Key },
] as const;

/** The frame of the dashboard. */
export function Shell({ children }: { children: ReactNode }) {
  const isNarrow = useNarrow();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <nav className="side" aria-label="Pages">
        <Link href="/overview" className="brand" aria-label="Posthorn, to the overview">
          <Horn />
          <span>Posthorn</span>
        </Link>
        {isNarrow ? <NarrowPlaces places={PLACES} /> : <Places places={PLACES} />}
        <Account />
      </nav>
      <main id="content" className="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The frame while it is not known yet who signs in. */
export function ShellSkeleton() {
  return (
    <div className="shell">
      <div className="side">
        <span className="brand">
          <Horn />
          <span>Posthorn</span>
        </span>
      </div>
      <main className="content">
        <Skeleton height={34} width={200} mb="lg" />
        <LoadingRows />
      </main>
    </div>
  );
}

function Account() {
  const { viewer, signOut } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className="account">
      <div className="account-name">
        <strong>{viewer.organization?.name ?? 'This instance'}</strong>
        <span className="quiet small">
          {viewer.keyName} · {viewer.role}
        </span>
      </div>
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Theme and sign out">
            <Dots />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Theme</Menu.Label>
          {THEMES.map(({ value, name, Icon }) => (
            <Menu.Item
              key={value}
              leftSection={<Icon />}
              onClick={() => setColorScheme(value)}
              aria-current={colorScheme === value ? 'true' : undefined}
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Leave />} onClick={() => signOut()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

const THEMES = [
  { value: 'light', name: 'Light', Icon: Sun },
  { value: 'dark', name: 'Dark', Icon: Moon },
  { value: 'auto', name: 'As the system', Icon: Dots },
] as const;
