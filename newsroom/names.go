package newsroom

// Names that exist nowhere but here.
var (
	firstNames = []string{
		"Marta", "Idris", "Helen", "Tomas", "Aoife", "Rahul", "Greta", "Samuel", "Noor", "Pavel",
		"Linnea", "Joan", "Emeka", "Clara", "Dario", "Mireille", "Owen", "Sunita", "Viktor", "Hana",
		"Lucian", "Petra", "Anselm", "Yusra", "Bridget", "Kofi", "Ines", "Harald", "Zofia", "Martin",
	}
	lastNames = []string{
		"Oyelaran", "Brandvold", "Castellane", "Whitlow", "Dragan", "Ferrand", "Gallbraith", "Hollis",
		"Iwamoto", "Jurado", "Kesselring", "Lindahl", "Marchetti", "Norrish", "Ostrowe", "Pemberly",
		"Quillan", "Rasmund", "Stavely", "Tarkan", "Umbridge", "Vancourt", "Wessel", "Yardley",
		"Zellweg", "Achterberg", "Bellinger", "Corrigan", "Dunmore", "Eversham",
	}
	towns = []string{
		"Aldermouth", "Brindlemoor", "Castlewick", "Dunmarrow", "Eastervale", "Fenholt", "Greywater",
		"Halverstone", "Ivelbridge", "Kestrel Bay", "Larkhaven", "Marrowick", "Northmere", "Ormsley",
		"Pellham", "Quarrington", "Ravensby", "Saltmarsh", "Thornaby Cross", "Ulverton", "Wexcombe", "Yarrowdale",
	}
	firms = []string{
		"Halden Pumps", "Ostmark Freight", "Corvane", "Bellweather Foods", "Norlake Energy", "Trillium Works",
		"Ashgrove Partners", "Meridian Steel", "Kingfisher Lines", "Redfern & Sons", "Solvane", "Tamarind Group",
		"Ironbridge Logistics", "Pinecrest Foundry", "Larkin Chemicals", "Vesper Grid",
	}
	roads = []string{
		"Mill Lane", "Harbour Street", "Tanner's Row", "Old Ferry Road", "Chapel Hill", "Station Road",
		"Long Acre", "Cooper Street", "Weavers' Yard", "Quarry Road",
	}
	outlets = []string{
		"The Harbour Ledger", "Northmere Gazette", "Vale Observer", "Evening Beacon", "The Daily Ferryman",
		"Fenholt Review", "County Wire", "The Moorland Post",
	}
	weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	months   = []string{"January", "March", "May", "June", "July", "September", "October", "November"}
)
