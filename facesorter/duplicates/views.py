"""The SQL over reports: one text for DuckDB here and for Athena in the cloud."""

from __future__ import annotations

MATCHINGSTATS = """\
CREATE OR REPLACE VIEW matchingstats AS
SELECT customerid, match.similarity, match.customerid suspect_match
FROM (face_match_output_db.face_match_output CROSS JOIN UNNEST(matches) t (match))
"""
"""The view of the AWS sample, as it is: each pair from both sides, and not which pictures."""

MATCHINGFACES = """\
CREATE OR REPLACE VIEW matchingfaces AS
SELECT name, other, face, other_face, max(similarity) similarity, max(picture) picture, max(other_picture) other_picture
FROM (
  SELECT customerid name, match.customerid other, match.sourcefaceid face, match.face.faceid other_face,
    match.similarity similarity, source picture, match.source other_picture
  FROM (face_match_output_db.face_match_output CROSS JOIN UNNEST(matches) t (match))
  WHERE customerid < match.customerid
  UNION ALL
  SELECT match.customerid, customerid, match.face.faceid, match.sourcefaceid, match.similarity, match.source, source
  FROM (face_match_output_db.face_match_output CROSS JOIN UNNEST(matches) t (match))
  WHERE customerid > match.customerid
) both_sides
GROUP BY name, other, face, other_face
"""
"""Each pair of faces once, with the two pictures."""

MATCHINGPAIRS = """\
CREATE OR REPLACE VIEW matchingpairs AS
SELECT ranked.name, ranked.other, max(number) number, max(similarity) best,
  avg(CASE WHEN place * 2 BETWEEN number AND number + 2 THEN similarity END) median,
  max_by(picture, similarity) picture, max_by(other_picture, similarity) other_picture, max(said.decision) decision
FROM (
  SELECT matchingfaces.*, row_number() OVER (PARTITION BY name, other ORDER BY similarity) place,
    count(*) OVER (PARTITION BY name, other) number
  FROM matchingfaces
) ranked
LEFT JOIN face_match_output_db.decisions said ON said.name = ranked.name AND said.other = ranked.other
GROUP BY ranked.name, ranked.other
"""
"""Each pair of names once: how many pairs of faces, best and median similarity, and the two pictures of the best.

`decision` is what the user said of the two, `same` or `different`, or NULL.
"""

OPENPAIRS = """\
CREATE OR REPLACE VIEW openpairs AS
SELECT name, other, number, best, median, picture, other_picture FROM matchingpairs WHERE decision IS NULL
"""
"""The pairs of names that nothing was said of yet."""

VIEWS = (MATCHINGSTATS, MATCHINGFACES, MATCHINGPAIRS, OPENPAIRS)

FACE = 'STRUCT(FaceId VARCHAR, BoundingBox STRUCT(Width DOUBLE, Height DOUBLE, "Left" DOUBLE, Top DOUBLE), \
ImageId VARCHAR, ExternalImageId VARCHAR, Confidence DOUBLE)'
COLUMNS = {
    "Source": "VARCHAR",
    "CustomerID": "VARCHAR",
    "Matches": f"STRUCT(Similarity DOUBLE, Face {FACE}, CustomerId VARCHAR, Source VARCHAR, SourceFaceId VARCHAR)[]",
    "Faces": f"{FACE}[]",
    "Problem": "VARCHAR",
}
"""The columns of the table `face_match_output`, in DuckDB's words."""

DECISIONS = {"Name": "VARCHAR", "Other": "VARCHAR", "Decision": "VARCHAR", "DecidedAt": "VARCHAR"}
"""The columns of the table `decisions`."""
