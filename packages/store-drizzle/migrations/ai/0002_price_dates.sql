-- Where the cost was taken from: the day of the price data; null when the price was the operator's own, or unknown.
alter table sluice.ai_calls add column price_date date;

-- Calls without an end, few at any time: those of crashed workers are looked for among them.
create index ai_calls_sent on sluice.ai_calls (sent_at) where state = 'sent';
