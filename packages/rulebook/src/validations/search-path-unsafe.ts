/** search_path that others can write to. */
import type { Validation } from '../entry.js'

export const searchPathUnsafe: Validation = {
  kind: 'validation',
  id: 'search-path-unsafe',
  title: 'search_path that others can write to',
  severity: 'medium',
  why: 'A name without a schema is looked for along search_path. Where another role may create objects in a schema of that path, its function or table is found first, and a SECURITY DEFINER function then runs it with the rights of its owner. One `create function` makes an ordinary role the owner of the data.',
  looksFor:
    '`security definer` functions without `set search_path` on the function; CREATE on schema `public` for roles that are not owners; extensions in a schema where others create; `set search_path` made of a tenant’s name; connections of several tenants over one pool whose search_path is set once a session.',
  sparesFor: [
    "Functions with `set search_path = ''` (or `pg_catalog, pg_temp`) and qualified names.",
    '`security invoker`, which is the default.',
    'Databases created by Postgres 15 and later, where only the owner may create in `public`.',
    '`set local search_path` within each transaction, with a quoted name from a list.',
  ],
  fix: 'Give each SECURITY DEFINER function `set search_path = pg_catalog, pg_temp`, qualify every name in it, revoke EXECUTE from public. `revoke create on schema public from public` on databases that were upgraded. Tenants: a column with row-level security rather than a path.',
  numbers: [
    'Since version 15 PUBLIC has no CREATE on the schema public of new databases; dumps from 14 and before bring it along [PostgreSQL 15 release notes].',
  ],
  siblings: ['least-privilege', 'tenancy-isolation', 'session-state-through-pooler', 'sql-injection'],
  covers: ['search_path unsafe'],
  wrong: {
    language: 'sql',
    stack: 'SQL',
    text: `create function public.grant_credit(customer uuid, amount int) returns void
  language sql security definer as $$
    update credits set amount = credits.amount + grant_credit.amount where customer_id = customer
  $$;`,
  },
  right: {
    language: 'sql',
    stack: 'SQL',
    text: `create function app.grant_credit(customer uuid, amount int) returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
    update app.credits as c set amount = c.amount + grant_credit.amount where c.customer_id = customer
  $$;
revoke execute on function app.grant_credit from public;
grant execute on function app.grant_credit to billing;`,
  },
  executedBy: 'by-hand',
}
