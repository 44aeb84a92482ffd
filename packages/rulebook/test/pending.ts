/**
 * Lines of the floor that no entry answers yet: who writes an entry takes its lines out. A test holds the list against the
 * entries both ways; at the end it is empty.
 */
import type { Entry } from '../src/index.js'

export const pending: Readonly<Record<Entry['kind'], readonly string[]>> = {
  pattern: [
    'multi-tier cache with invalidation and stampede protection',
    'expand and contract migration',
    'soft delete and batched delete',
    'read replicas with read-your-writes',
    'partitioning and sharding',
    'secrets management',
    'least privilege',
    'field encryption',
    'audit log',
    'JWT with rotating refresh tokens',
    'API key management',
    'tenancy isolation',
    'webhooks',
    'backup with restore drill',
    'multi-region failover',
    'mock endpoints from the contract',
  ],
  'sharp-edge': [],
  validation: [],
}

/** Ids that entries name as siblings and that are not written yet. */
export const announced: readonly string[] = [
  'caching',
  'read-replicas',
  'partitioning',
  'expand-and-contract',
  'soft-delete',

  'secrets-management',
  'least-privilege',
  'field-encryption',
  'audit-log',
  'refresh-token-rotation',
  'api-keys',
  'tenancy-isolation',
  'webhooks',
  'backup-and-restore',
  'multi-region-failover',
  'contract-mocks',
]
