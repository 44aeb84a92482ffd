const knex = require('knex');

module.exports = knex({
    client: 'pg',
    connection: process.env.DATABASE_URL || 'postgresql://forum_admin:hT5rWq91Lz@10.0.4.12:5432/forum',
    pool: { min: 1, max: 8 },
});
