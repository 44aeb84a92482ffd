set local lock_timeout = '2s';

alter table sellers add column suspended_at timestamptz;
