/** Roles, and what each may do. */

import type { Role } from '../../prisma/client/client.ts';

/** What a field of the API can ask of its caller. */
export const PERMISSIONS = [
  'reportImports',
  'readDeliveries',
  'actOnDeliveries', // redeliver, replay and cancel them
  'readWebhooks',
  'manageWebhooks',
  'manageKeys',
  'eraseData', // bodies and what is personal, for good
  'manageOrganizations',
] as const;

/** One of them. */
export type Permission = (typeof PERMISSIONS)[number];

/** Whether a value names a permission. */
export function isPermission(value: unknown): value is Permission {
  return PERMISSIONS.some((permission) => permission === value);
}

const OPERATOR: readonly Permission[] = ['readDeliveries', 'actOnDeliveries', 'readWebhooks'];
const MANAGER: readonly Permission[] = [...OPERATOR, 'manageWebhooks'];

const GRANTED: Record<Role, ReadonlySet<Permission>> = {
  IMPORTER: new Set(['reportImports']),
  OPERATOR: new Set(OPERATOR),
  MANAGER: new Set(MANAGER),
  ADMIN: new Set<Permission>([...MANAGER, 'reportImports', 'manageKeys', 'eraseData']),
  ROOT: new Set<Permission>(['manageOrganizations']),
};

/** Whether `role` may do what `permission` names. */
export function mayDo(role: Role, permission: Permission): boolean {
  return GRANTED[role].has(permission);
}

/** The roles that may do what `permission` names, for a refusal that says whom to ask. */
export function rolesThatMay(permission: Permission): readonly Role[] {
  const roles: readonly Role[] = ['IMPORTER', 'OPERATOR', 'MANAGER', 'ADMIN', 'ROOT'];
  return roles.filter((role) => mayDo(role, permission));
}
