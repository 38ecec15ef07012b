/** Where one can go: links at the side, or a menu where there is little room. */

import { Button, Menu } from '@mantine/core';
import type { ComponentType } from 'react';
import { Link, useLocation } from 'wouter';
import { Down } from '../look/icons.tsx';

/** A place: its address, with which those of what is in it begin, and its name. */
export interface Place {
  readonly to: string;
  readonly name: string;
  readonly Icon: ComponentType;
}

/** All of them, the present one marked. */
export function Places({ places }: { places: readonly Place[] }) {
  const [path] = useLocation();
  return (
    <div className="places">
      {places.map(({ to, name, Icon }) => (
        <Link key={to} href={to} className="place" aria-current={path.startsWith(to) ? 'page' : undefined}>
          <Icon />
          <span>{name}</span>
        </Link>
      ))}
    </div>
  );
}

/** The present one, on a button that opens a menu of all. */
export function NarrowPlaces({ places }: { places: readonly Place[] }) {
  const [path] = useLocation();
  const present = places.find(({ to }) => path.startsWith(to));
  return (
    <Menu position="bottom-start" width="target" withinPortal={false}>
      <Menu.Target>
        <Button
          className="places-menu"
          variant="default"
          justify="space-between"
          leftSection={present && <present.Icon />}
          rightSection={<Down />}
          aria-label={`Pages, now ${present?.name ?? 'none of them'}`}
        >
          {present?.name ?? 'Go to'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map(({ to, name, Icon }) => (
          <Menu.Item
            key={to}
            component={Link}
            href={to}
            leftSection={<Icon />}
            aria-current={to === present?.to ? 'page' : undefined}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
