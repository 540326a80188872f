"""The same person under different names: pictures of named people go in, a report a picture comes out.

How one picture travels: `naming` says whose picture it is by its place, its file's name or a list, or that nothing says
so. An index (`index`) takes in every face of it that is good enough, and finds the faces of other pictures that look
like one of them. `matching` makes the picture's report of what is found under other names, and makes the reports of
those pictures anew, so that each pair is told from both sides whichever picture came first. `reports` writes them, each
whole or not at all, in the shape of the well-known AWS sample. `notices` posts one message a pair of names, ever. `run`
does all this for a folder, as often as one likes; the same steps serve a queue of single pictures. `sql` asks the
reports by the text of `views`, which Athena reads as well.

Nothing here knows a person by anything but their name, changes a picture, or sends one anywhere.
"""
