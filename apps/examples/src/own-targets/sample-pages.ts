export const samplePages = [
  {
    slug: "returns",
    title: "Returning an order",
    body: `# Returning an order

An order can be returned within thirty days. Print the return label from your account, put it on the parcel and hand it
in at any post office. The refund is paid to the card that was charged, as a rule three working days after the parcel has arrived.

Opened software and perishable goods cannot be returned.`,
  },
  {
    slug: "delivery",
    title: "Delivery times",
    body: `# Delivery times

Orders that arrive before noon leave the warehouse on the same day. Delivery takes two working days within the country and
up to seven abroad. The tracking number is sent by mail as soon as the carrier has scanned the parcel.`,
  },
];
