const { Router } = require('express');
const bcrypt = require('bcryptjs');
const { rateLimit } = require('express-rate-limit');
const knex = require('../knex');
const { sessionFor } = require('../auth');

const router = Router();
const limiter = rateLimit({ windowMs: 10 * 60 * 1000, limit: 20 });

async function findModerator(email) {
    return knex('users').where({ email: String(email).toLowerCase(), is_moderator: true }).first();
}

router.post('/login', async (req, res) => {
    const moderator = await findModerator(req.body.email);
    if (!moderator || !bcrypt.compareSync(String(req.body.password), moderator.password_hash)) {
        return res.status(401).json({ error: 'wrong address or password' });
    }
    res.json({ token: sessionFor(moderator) });
});

router.post('/password', limiter, async (req, res) => {
    const moderator = await findModerator(req.body.email);
    if (!moderator || !(await bcrypt.compare(String(req.body.current), moderator.password_hash))) {
        return res.status(401).json({ error: 'wrong address or password' });
    }
    const passwordHash = await bcrypt.hash(String(req.body.next), 12);
    await knex('users').where({ id: moderator.id }).update({ password_hash: passwordHash });
    res.sendStatus(204);
});

module.exports = router;
