ALTER TABLE votes
  ADD CONSTRAINT votes_once UNIQUE (post_id, user_id);
