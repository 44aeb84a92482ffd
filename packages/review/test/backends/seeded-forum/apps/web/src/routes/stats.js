const { Router } = require('express');
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const knex = require('../knex');
const actions = require('../models/actions');
const { downloadToken, readDownload } = require('../auth');

const router = Router();
const page = fs.readFileSync(path.join(__dirname, '../views/stats.html'), 'utf8');

router.get('/', (req, res) => {
    res.type('html').send(page);
});

router.get('/actions', async (req, res) => {
    const rows = await actions.all();
    const text = rows.map((row) => [row.id, row.moderator_id, row.action, row.target].join(';')).join('\n');
    res.set('content-encoding', 'gzip').type('csv').send(zlib.gzipSync(text));
});

router.get('/actions/mine', async (req, res) => {
    res.json(await actions.latest(req.moderator.id));
});

router.get('/days', async (req, res) => {
    const days = Math.min(Number(req.query.days) || 7, 90);
    const { rows } = await knex.raw(
        `select created_at::date as day, count(*)::int as posts from posts
         where created_at > now() - make_interval(days => ?) group by 1 order by 1`,
        [days],
    );
    res.json(rows);
});

router.post('/downloads/:name', (req, res) => {
    res.json({ token: downloadToken(path.basename(req.params.name)) });
});

router.get('/downloads', (req, res, next) => {
    const name = readDownload(String(req.query.token));
    if (!name) return res.sendStatus(403);
    const stream = fs.createReadStream(path.join('/var/forum/exports', path.basename(name)));
    stream.on('error', next);
    stream.pipe(res);
});

module.exports = router;
