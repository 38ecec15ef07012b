/** Where one can go: links at the side, or behind a button where there is little room. */

import { Button, Popover } from '@mantine/core';
import { type ComponentType, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Down } from '../look/icons.tsx';

/** A place: its address, with which those of what is in it begin, and its name. */
export interface Place {
  readonly to: string;
  readonly name: string;
  readonly Icon: ComponentType;
}

/** All of them, the present one marked. */
export function Places({ places, onGo }: { places: readonly Place[]; onGo?: () => void }) {
  const [path] = useLocation();
  return (
    <div className="places">
      {places.map(({ to, name, Icon }) => (
        <Link
          key={to}
          href={to}
          className="place"
          aria-current={path.startsWith(to) ? 'page' : undefined}
          onClick={onGo}
        >
          <Icon />
          <span>{name}</span>
        </Link>
      ))}
    </div>
  );
}

/** The present one, on a button that shows all of them. */
export function NarrowPlaces({ places }: { places: readonly Place[] }) {
  const [path] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const present = places.find(({ to }) => path.startsWith(to));
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width="target" withinPortal={false} trapFocus>
      <Popover.Target>
        <Button
          className="places-button"
          variant="default"
          leftSection={present && <present.Icon />}
          rightSection={<Down />}
          aria-label={`Pages, now ${present?.name ?? 'none of them'}`}
          onClick={() => setOpen(!isOpen)}
        >
          {present?.name ?? 'Go to'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Pages" p={4}>
        <Places places={places} onGo={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
