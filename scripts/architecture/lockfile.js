/**
 * The lock file names no host: each takes packages from the registry that their npm is set to, and `npm ci` works for
 * everybody.
 */

export function findForeignHosts(lockfile) {
  const { packages } = JSON.parse(lockfile)
  return Object.entries(packages)
    .filter(([, { resolved, link }]) => resolved !== undefined && !link)
    .map(([name, { resolved }]) => `package-lock.json: ${name} comes from ${resolved}; no host may be named`)
}
