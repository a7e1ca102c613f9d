-- The conversion of deals.yaml, run in the folder of the data. No deal is deleted there.
COPY (
  SELECT d.Id AS "objectId",
         left(d.LastModifiedDate, 19) || 'Z' AS "modifiedDate",
         'https://crm.example.com/' || d.Id AS "url",
         nullif(d.AccountId, '') AS "accountId",
         nullif(d.OwnerId, '') AS "ownerId",
         trim(d.Name) AS "name",
         left(d.CreatedDate, 19) || 'Z' AS "createdDate",
         d.CloseDate AS "closeDate",
         CASE d.StageName WHEN 'Closed Won' THEN 'WON' WHEN 'Closed Lost' THEN 'LOST' ELSE 'OPEN' END AS "status",
         s.Id AS "stage",
         round(nullif(d.Amount, '')::DOUBLE * coalesce(r.Rate::DOUBLE, 1), 2) AS "amount",
         nullif(d.Probability, '')::DOUBLE AS "probability"
  FROM read_csv('deals.csv', header = true, all_varchar = true) d
  LEFT JOIN read_csv('stages.csv', header = true, all_varchar = true) s ON s.Label = d.StageName
  LEFT JOIN read_csv('rates.csv', header = true, all_varchar = true) r
    ON r.Currency = d.CurrencyIsoCode AND left(r.Month, 7) = left(d.CloseDate, 7)
) TO 'duckdb.json' (FORMAT json);
