/** The custom headers in the form of a webhook. */

import { ActionIcon, Button, PasswordInput, TextInput } from '@mantine/core';
import { Cross, Plus } from '../look/icons.tsx';
import type { HeaderValue } from './form-values.ts';

/** See {@link HeaderFields}. */
export interface HeaderFieldsProps {
  /** Absent: those that there are, whose values nobody can see, stay as they are. */
  readonly headers: readonly HeaderValue[] | undefined;
  readonly error: string | undefined;
  readonly onChange: (headers: readonly HeaderValue[]) => void;
  readonly onBlur: () => void;
}

/** A row for each; their values are credentials more often than not, so they are hidden as they are typed. */
export function HeaderFields({ headers, error, onChange, onBlur }: HeaderFieldsProps) {
  const add = () => onChange([...(headers ?? []), { key: nextKey(headers ?? []), name: '', value: '' }]);
  const change = (key: number, part: Partial<HeaderValue>) =>
    onChange((headers ?? []).map((header) => (header.key === key ? { ...header, ...part } : header)));

  return (
    <fieldset className="header-fields">
      <legend className="label">Custom headers</legend>
      <p className="quiet small">
        Added to every request, for example to authorize it. Their values are encrypted and not shown again.
      </p>
      {headers === undefined && (
        <Button variant="default" size="compact-sm" onClick={() => onChange([])}>
          Replace those that there are
        </Button>
      )}
      {headers?.map(({ key, name, value }, index) => (
        <div key={key} className="header-row">
          <TextInput
            aria-label={`Name of header ${index + 1}`}
            placeholder="Authorization"
            value={name}
            error={!!error}
            onChange={(event) => change(key, { name: event.currentTarget.value })}
            onBlur={onBlur}
          />
          <PasswordInput
            aria-label={`Value of header ${index + 1}`}
            placeholder="Bearer …"
            autoComplete="off"
            value={value}
            error={!!error}
            onChange={(event) => change(key, { value: event.currentTarget.value })}
            onBlur={onBlur}
            visibilityToggleButtonProps={{ 'aria-label': `Show or hide the value of header ${index + 1}` }}
          />
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label={`Remove header ${index + 1}`}
            onClick={() => onChange(headers.filter((header) => header.key !== key))}
          >
            <Cross />
          </ActionIcon>
        </div>
      ))}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {headers && (
        <Button variant="default" size="compact-sm" leftSection={<Plus />} onClick={add}>
          Add a header
        </Button>
      )}
    </fieldset>
  );
}

function nextKey(headers: readonly HeaderValue[]): number {
  return Math.max(0, ...headers.map(({ key }) => key)) + 1;
}
