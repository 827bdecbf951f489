"""One pure function for each form: facts in, named fields out. `wording` says single values, `frame` what every paper has.

The file of a form is called by its number: report and assessments in `form_01`, `form_02`, `form_03`; plan and review in
`form_04`, `form_05`, `form_06`; separation in `form_07`; substitute care from registration to end in `form_08`, `form_09`,
`form_10`, `form_11`, `form_12`, `form_13`, `form_14`, `form_15`, `form_16`; and `minutes` of the meeting.
"""
